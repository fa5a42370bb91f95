import type { Pool } from 'pg'
import { z } from 'zod'
import { connect, type Placement } from '../sql/pool.ts'
import { queryRows } from '../sql/rows.ts'
import { migrationNames, readScript } from './folder.ts'

export interface PendingMigration {
  name: string
  /** Whether processes of the version before go on working, as its header says; undefined without one. */
  oldCode: string | undefined
}

/** The comment that begins a migration, from `Old code:` to the end of the paragraph. */
const HEADER = /^-- Old code: (.+(?:\n-- .+)*)/

/** Reads the header of a migration. Undefined without one. */
export const oldCodeIn = (script: string): string | undefined => HEADER.exec(script)?.[1]?.replaceAll('\n-- ', ' ')

/** The names of the migrations that this database lacks, in their order: all, if it is a new one. */
export async function findMissing(databaseUrl: string, placement?: Placement): Promise<string[]> {
  const applied = await withPool(databaseUrl, placement, findApplied)
  return migrationNames().filter((name) => !applied.has(name))
}

/** Migrations that this database lacks, in their order. None for a new database, which no old code has used. */
export async function findPending(databaseUrl: string, placement?: Placement): Promise<PendingMigration[]> {
  const applied = await withPool(databaseUrl, placement, findApplied)
  if (applied.size === 0) return []
  return migrationNames()
    .filter((name) => !applied.has(name))
    .map((name) => ({ name, oldCode: oldCodeIn(readScript(name)) }))
}

async function withPool<T>(
  databaseUrl: string,
  placement: Placement | undefined,
  use: (pool: Pool) => Promise<T>,
): Promise<T> {
  const pool = connect(databaseUrl, { max: 1, applicationName: 'sluice-migrate', ...(placement && { placement }) })
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}

async function findApplied(pool: Pool): Promise<Set<string>> {
  const tables = await pool.query(`SELECT FROM pg_class WHERE oid = to_regclass('_prisma_migrations')`)
  if (tables.rowCount === 0) return new Set()
  const rows = await queryRows(
    pool,
    z.object({ name: z.string() }),
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  )
  return new Set(rows.map(({ name }) => name))
}
