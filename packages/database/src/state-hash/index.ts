import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { inSnapshot, slow } from '../sql/snapshot.ts'
import { STATE_TABLES, selectStateRows } from './state-rows.ts'

export interface TableHash {
  /** How many rows are state. Of the ledger: the entries' balances that are not zero. */
  rows: number
  /** SHA-256, hexadecimal. */
  hash: string
}

export interface StateHash {
  /** SHA-256 of all tables, hexadecimal. */
  hash: string
  tables: Record<string, TableHash>
  /**
   * Events that are received or failed, users whom the host changed, and changes of the catalogue that are due: the state
   * follows from them only later.
   */
  unprocessed: number
}

/** Rows that are fetched at once: their digests take 1 MB. */
const PAGE = 10_000

/**
 * One hash of everything that follows from events: equal for the same set of events and host rows, whatever their order,
 * repetitions, batches and corrections, and whatever the server's version, time zone, collation and ids. It leaves out
 * when and how often something was processed, what effects produced, and the inbox. Reads one moment, in constant memory,
 * beside running workers. Both databases must be at the same migration.
 *
 * @param advance called after each page with its number of rows
 */
export const stateHash = (pool: Pool, advance?: (rows: number) => void): Promise<StateHash> =>
  inSnapshot(pool, (client) => stateHashIn(client, advance))

/** The same, as the open transaction of `client` sees the state. */
export async function stateHashIn(client: PoolClient, advance: (rows: number) => void = () => {}): Promise<StateHash> {
  const tables: Record<string, TableHash> = {}
  for (const name of STATE_TABLES) tables[name] = await hashOfTable(client, name, advance)
  const hash = sha256(Object.entries(tables).map(([name, table]) => `${name} ${table.hash}`))
  return { hash, tables, unprocessed: await countUnprocessed(client) }
}

/** The number of rows that `stateHash` reads, for a progress bar. */
export const countStateRows = (pool: Pool): Promise<number> =>
  inSnapshot(pool, async (client) => {
    let rows = 0
    for (const name of STATE_TABLES) {
      const counted = await client.query(slow(`SELECT count(*) FROM (${await selectStateRows(client, name)}) AS r`))
      rows += Number(counted.rows[0].count)
    }
    return rows
  })

/**
 * The digests of the rows are added up, so that their order cannot matter and nothing has to be sorted. JSON of Postgres
 * has one form for one value: https://www.postgresql.org/docs/current/datatype-json.html
 */
async function hashOfTable(client: PoolClient, name: string, advance: (rows: number) => void): Promise<TableHash> {
  let [rows, sum] = [0, 0n]
  await client.query(`DECLARE state_rows NO SCROLL CURSOR FOR
    SELECT encode(sha256(convert_to(to_jsonb(r)::text, 'UTF8')), 'hex') AS digest
    FROM (${await selectStateRows(client, name)}) AS r`)
  for (let isLast = false; !isLast; ) {
    const page = await client.query<{ digest: string }>(slow(`FETCH ${PAGE} FROM state_rows`))
    for (const { digest } of page.rows) sum += BigInt(`0x${digest}`)
    rows += page.rows.length
    advance(page.rows.length)
    isLast = page.rows.length < PAGE
  }
  await client.query('CLOSE state_rows')
  return { rows, hash: sha256([name, String(rows), sum.toString(16)]) }
}

const sha256 = (lines: string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex')

async function countUnprocessed(client: PoolClient): Promise<number> {
  const [counted] = await queryRows(
    client,
    z.object({ count: z.coerce.number() }),
    `SELECT (SELECT count(*) FROM webhook_events WHERE status = 'received')
      + (SELECT count(*) FROM webhook_events WHERE status = 'failed') + (SELECT count(*) FROM user_changes)
      + (SELECT count(*) FROM catalogue_changes WHERE due_at <= now()) AS count`,
  )
  return counted?.count ?? 0
}
