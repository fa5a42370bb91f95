import { findMissing } from '@sluice/database/migrate'

/** @throws an error that says what to do, if the database lacks a migration of this version. */
export async function requireMigrated(databaseUrl: string): Promise<void> {
  const missing = await findMissing(databaseUrl)
  if (missing.length === 0) return
  const some = missing.length === 1 ? `the migration ${missing[0]}` : `${missing.length} migrations`
  throw new Error(`The database lacks ${some}: run sluice migrate first.`)
}
