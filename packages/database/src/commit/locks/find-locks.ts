import type { Pool } from 'pg'
import { z } from 'zod'
import { LOCK_WAIT_MS, type Rows } from '../../sql/locked-rows.ts'
import { parseRows } from '../../sql/rows.ts'
import { sqlList } from '../../sql/text.ts'
import { inTransaction } from '../../sql/transaction.ts'
import { TABLES } from '../../tables.ts'

/** The session that holds a lock, as far as Postgres says. */
export interface Holder {
  pid: number | null
  applicationName: string | null
}

const Holder = { pid: z.number().nullable(), applicationName: z.string().nullable() }

const LockedRow = z.object({ key: z.string(), ...Holder })

/**
 * Which of these rows another session has locked. Locks the others for an instant. The lock of a row is held by the
 * transaction in its `xmax`, unless several share it.
 */
export async function findLockedRows(pool: Pool, { table, column, keys }: Rows) {
  const text = `WITH free AS MATERIALIZED (
      SELECT ${column} AS key FROM ${table} WHERE ${column} = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED
    )
    SELECT t.${column} AS key, l.pid, a.application_name AS "applicationName" FROM ${table} t
    LEFT JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = t.xmax AND l.granted
    LEFT JOIN pg_stat_activity a USING (pid)
    WHERE t.${column} = ANY ($1) AND NOT EXISTS (SELECT FROM free WHERE free.key = t.${column})`
  const { rows } = await inTransaction(pool, (client) => client.query(text, [keys]), LOCK_WAIT_MS)
  return parseRows(LockedRow, rows)
}

const LockedTable = z.object({ table: z.string(), ...Holder })

/** Modes that conflict with writing rows, or even with reading them. */
const STRONG = ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock']

/**
 * Which of our tables, or their indexes, are locked as a whole: by LOCK TABLE, ALTER TABLE, VACUUM FULL, CREATE INDEX. A
 * session that waits for such a lock counts too, since all later sessions queue behind it.
 */
const LOCKED_TABLES = `SELECT DISTINCT ON (1) coalesce(owner.relname, c.relname)::text AS table, l.pid,
    a.application_name AS "applicationName"
  FROM pg_locks l
  JOIN pg_class c ON c.oid = l.relation
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  LEFT JOIN pg_class owner ON owner.oid = i.indrelid
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'relation' AND l.mode IN (${sqlList(STRONG)})
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'webhook_events'::regclass)
    AND coalesce(owner.relname, c.relname) = ANY ($1)
  ORDER BY 1, l.granted DESC`

export async function findLockedTables(pool: Pool): Promise<Map<string, Holder>> {
  const { rows } = await pool.query(LOCKED_TABLES, [Object.keys(TABLES)])
  return new Map(parseRows(LockedTable, rows).map(({ table, ...holder }) => [table, holder]))
}
