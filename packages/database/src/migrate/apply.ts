import { createHash, randomUUID } from 'node:crypto'
import type { Placement } from '../sql/placement.ts'
import { migrationNames, readScript } from './folder.ts'
import { locked, type MigrateClient } from './locked.ts'
import { MigrationError } from './migration-error.ts'
import { scriptFor } from './script.ts'

/** The table of Prisma, so that its command line knows what is applied: https://www.prisma.io/docs/orm/prisma-migrate */
export const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

const DEADLOCK = '40P01'
const TRIES = 10

/** Applies all missing migrations in their order, each with its record in a transaction of its own. Returns their names. */
export async function applyMigrations(client: MigrateClient, placement: Placement): Promise<string[]> {
  const applied: string[] = []
  for (;;) {
    const name = await retryDeadlocks(() => locked(client, placement, () => applyNext(client, placement)))
    if (name === undefined) return applied
    applied.push(name)
  }
}

async function applyNext(client: MigrateClient, placement: Placement): Promise<string | undefined> {
  const found = await client.query(`SELECT FROM pg_class WHERE oid = to_regclass('_prisma_migrations')`)
  if (found.rowCount === 0) await client.query(MIGRATIONS_TABLE)
  const { rows } = await client.query(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  )
  const recorded = new Set(rows.map(({ name }) => name))
  const name = migrationNames().find((each) => !recorded.has(each))
  if (name !== undefined) await apply(client, placement, name)
  return name
}

async function apply(client: MigrateClient, placement: Placement, name: string): Promise<void> {
  const script = readScript(name)
  await client.query(
    `UPDATE _prisma_migrations SET rolled_back_at = now()
      WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL`,
    [name],
  )
  const statements = scriptFor(script, placement)
  await client.query(statements).catch((error) => {
    if (error.code === DEADLOCK) throw error
    throw describeFailure(name, statements, error)
  })
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
      VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), createHash('sha256').update(script).digest('hex'), name],
  )
}

/** A running worker may lock the same tables in another order. Postgres rolls back one of the two, which tries again. */
async function retryDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if ((error as { code?: unknown }).code !== DEADLOCK || tries >= TRIES) throw error
    }
  }
}

interface PostgresError extends Error {
  code?: string
  detail?: string
  hint?: string
  position?: string
}

function describeFailure(name: string, statements: string, error: PostgresError): MigrationError {
  const { message, code, detail, hint, position } = error
  const line = position && statements.slice(0, Number(position) - 1).split('\n').length
  const said = [message, detail, hint].filter((part) => part !== undefined).join(' ')
  return new MigrationError(
    `Migration ${name} failed${line ? ` at line ${line}` : ''}: ${said}${code ? ` (SQLSTATE ${code})` : ''}
Nothing of it was kept. Remove the cause, then run sluice migrate again.`,
    error,
  )
}
