import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MigrationList } from '@prisma/schema-engine-wasm'
import { grantMissing } from '../roles.ts'
import { connect } from '../sql/pool.ts'
import { inTransaction } from '../sql/transaction.ts'
import { MIGRATIONS_FOLDER, migrationNames } from './folder.ts'
import { openSchemaEngine } from './schema-engine.ts'

export { MIGRATIONS_FOLDER, migrationNames } from './folder.ts'
export { findMissing, findPending, oldCodeIn, type PendingMigration } from './pending.ts'

/** The engine waits ten seconds for a concurrent migration. The wait is repeated for a longer migration. */
const LOCK_TIMED_OUT = 'P1002'
const LOCK_WAITS = 6

/**
 * Brings the database up to the newest migration, as `prisma migrate deploy` would, and records it as Prisma does. Then
 * grants the roles the rights defined in `src/tables.ts`. Idempotent, and safe while apps run: the engine takes a lock.
 *
 * @param databaseUrl connects as the owner, because migrations create tables, functions and roles.
 * @returns the names of the migrations that this call applied.
 */
export async function migrate(databaseUrl: string): Promise<{ applied: string[] }> {
  for (let wait = 1; ; wait += 1) {
    try {
      const migrated = await applyAll(databaseUrl)
      await grantToRoles(databaseUrl)
      return migrated
    } catch (error) {
      if ((error as { code?: unknown }).code !== LOCK_TIMED_OUT || wait >= LOCK_WAITS) throw error
    }
  }
}

async function applyAll(databaseUrl: string): Promise<{ applied: string[] }> {
  const { engine, close } = await openSchemaEngine(databaseUrl)
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: readMigrations(),
      filters: { externalTables: [], externalEnums: [] },
    })
    return { applied: appliedMigrationNames }
  } finally {
    await close()
  }
}

async function grantToRoles(databaseUrl: string): Promise<void> {
  const pool = connect(databaseUrl, { max: 1, applicationName: 'sluice-migrate' })
  try {
    await inTransaction(pool, grantMissing)
  } finally {
    await pool.end()
  }
}

function readMigrations(): MigrationList {
  return {
    baseDir: MIGRATIONS_FOLDER,
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(join(MIGRATIONS_FOLDER, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: migrationNames().map((path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(MIGRATIONS_FOLDER, path, 'migration.sql'), 'utf8') },
      },
    })),
  }
}
