import { findMissing } from '@sluice/database/migrate'
import { placementOf, requireSetting, type Settings } from './settings.ts'

/** @throws an error that says what to do, if the database lacks a migration of this version. */
export async function requireMigrated(settings: Settings): Promise<void> {
  const missing = await findMissing(requireSetting(settings, 'databaseUrl'), placementOf(settings))
  if (missing.length === 0) return
  const some = missing.length === 1 ? `the migration ${missing[0]}` : `${missing.length} migrations`
  throw new Error(`The database lacks ${some}: run sluice migrate first.`)
}
