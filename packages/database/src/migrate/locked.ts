import pg from 'pg'
import { isInOldSchema, OLD_SCHEMA, type Placement, pathOf } from '../sql/placement.ts'
import { MigrationError } from './migration-error.ts'

/** The lock of Prisma's engine, with which version 0.1.0 migrates. */
const LOCK_OF_PRISMA = 72_707_369

export type MigrateClient = pg.Client

/** Connects as the owner, without time limits: a migration may rewrite a large table. */
export async function withMigrateClient<T>(
  databaseUrl: string,
  use: (client: MigrateClient) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'sluice-migrate', keepAlive: true })
  client.on('error', () => {}) // the next query rejects
  await client.connect()
  try {
    await requireVersion(client)
    return await use(client)
  } finally {
    await client.end()
  }
}

/** The oldest version that the migrations run on, and that `pnpm test:postgres` tries. */
const OLDEST = 14

async function requireVersion(client: MigrateClient): Promise<void> {
  const { rows } = await client.query(`SELECT current_setting('server_version_num')::int AS version`)
  const version: number = rows[0].version
  if (version >= OLDEST * 10_000) return
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000]
  throw new MigrationError(`Sluice needs Postgres ${OLDEST} or newer; this server is ${major}.${minor}.`)
}

/**
 * Runs `work` in a transaction that no other `migrate` of this deployment overlaps, with the schema of its tables as the
 * only one of `search_path`. Commits when it returns. If the process is killed, nothing of the transaction stays.
 *
 * Lock and settings belong to the transaction, so that a pooler between the two does no harm.
 */
export async function locked<T>(
  client: MigrateClient,
  placement: Placement,
  work: (schema: string) => Promise<T>,
): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = 0')
  try {
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`sluice migrate ${placement.schema}`])
    const schema = await locate(client, placement)
    if (schema === OLD_SCHEMA) await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK_OF_PRISMA])
    await client.query(`SET LOCAL search_path = ${pathOf({ schema })}`)
    const result = await work(schema)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

async function locate(client: MigrateClient, placement: Placement): Promise<string> {
  const { rows } = await client.query(`SELECT ${isInOldSchema(placement)} AS "isOld"`)
  return rows[0].isOld ? OLD_SCHEMA : placement.schema
}
