import { DEFAULT_PLACEMENT, OLD_SCHEMA, type Placement } from '../sql/placement.ts'
import { BOARD_NAME, INGEST_NAME, WORKER_NAME } from '../sql/pool.ts'
import { TABLES } from '../tables.ts'
import { MIGRATIONS_TABLE } from './apply.ts'
import { functionNames, migrationNames } from './folder.ts'
import { fixSearchPaths } from './functions.ts'
import { locked, type MigrateClient, withMigrateClient } from './locked.ts'
import { MigrationError, needsAdministrator } from './migration-error.ts'
import { grantToRoles } from './roles.ts'
import { ensureSchema } from './schema.ts'

/** The connections of version 0.1.0: those of this version, without their number. */
const NAMES_OF_0_1_0 = [WORKER_NAME, INGEST_NAME, BOARD_NAME].map((name) => name.replace(/-\d+$/, ''))

/** Longest wait for the lock of a table. Whoever needs the table queues behind this wait. */
const LOCK_WAIT_MS = 1_000
const TRIES = 30
const RETRIED = ['55P03', '40P01']

/**
 * Moves the tables of version 0.1.0 and all that belongs to them out of `public`, in one transaction. Nothing happens if
 * they are in their schema already. Processes of this version go on: their next statement finds the tables there.
 *
 * @returns whether something was moved
 * @throws {MigrationError} while processes of version 0.1.0 are connected, which would not find the tables any more
 */
export const moveTables = (databaseUrl: string, placement: Placement = DEFAULT_PLACEMENT): Promise<boolean> =>
  withMigrateClient(databaseUrl, async (client) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await locked(client, placement, (schema) => moveFrom(client, schema, placement))
      } catch (error) {
        if (!RETRIED.includes((error as { code?: string }).code ?? '') || tries >= TRIES) throw error
      }
    }
  })

async function moveFrom(client: MigrateClient, schema: string, placement: Placement): Promise<boolean> {
  if (schema === placement.schema) return false
  await refuseOldProcesses(client)
  await ensureSchema(client, placement.schema)
  await client.query(`SET LOCAL lock_timeout = ${LOCK_WAIT_MS}`)
  for (const table of await ownTables(client)) await client.query(moveOf('TABLE', table, placement))
  for (const signature of await ownFunctions(client)) await client.query(moveOf('FUNCTION', signature, placement))
  await client.query(`SET LOCAL search_path = "${placement.schema}"`)
  await moveRecords(client, placement)
  await fixSearchPaths(client, placement.schema, OLD_SCHEMA)
  const ungranted = await grantToRoles(client, placement.schema, placement)
  if (ungranted.length > 0) throw needsAdministrator(ungranted)
  return true
}

const moveOf = (kind: 'TABLE' | 'FUNCTION', name: string, { schema }: Placement): string =>
  `ALTER ${kind} ${OLD_SCHEMA}.${name} SET SCHEMA "${schema}"`

/** @throws if one of them is connected. Every user sees the names of all connections. */
async function refuseOldProcesses(client: MigrateClient): Promise<void> {
  const { rows } = await client.query(
    `SELECT application_name AS name, count(*)::int AS connections FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = ANY ($1) GROUP BY 1 ORDER BY 1`,
    [NAMES_OF_0_1_0],
  )
  if (rows.length === 0) return
  const found = rows.map(({ name, connections }) => `${name} (${connections} connections)`).join(', ')
  throw new MigrationError(
    `Processes of version 0.1.0 are connected, which do not find tables that are moved: ${found}. Stop them, or start this version in their place, then run sluice migrate --move again. Nothing was moved.`,
  )
}

/** Indexes, constraints, triggers, rights and the sequences of identity columns go with their table. */
async function ownTables(client: MigrateClient): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname = ANY ($2)`,
    [OLD_SCHEMA, Object.keys(TABLES)],
  )
  return Object.keys(TABLES).filter((table) => rows.some(({ name }) => name === table))
}

async function ownFunctions(client: MigrateClient): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT format('%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)) AS signature
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1 AND p.proname = ANY ($2)`,
    [OLD_SCHEMA, functionNames()],
  )
  return rows.map(({ signature }) => signature)
}

const RECORD = 'id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count'

/** A host that uses Prisma may have records of its own in the same table, which stay. */
async function moveRecords(client: MigrateClient, { schema }: Placement): Promise<void> {
  const old = `${OLD_SCHEMA}._prisma_migrations`
  await client.query(MIGRATIONS_TABLE)
  await client.query(
    `WITH moved AS (DELETE FROM ${old} WHERE migration_name = ANY ($1) RETURNING ${RECORD})
      INSERT INTO "${schema}"._prisma_migrations (${RECORD}) SELECT ${RECORD} FROM moved`,
    [migrationNames()],
  )
  const { rowCount } = await client.query(`SELECT FROM ${old} LIMIT 1`)
  if (rowCount === 0) await client.query(`DROP TABLE ${old}`)
}
