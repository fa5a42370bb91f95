import { DEFAULT_PLACEMENT, type Placement } from '../sql/placement.ts'
import { applyMigrations } from './apply.ts'
import { fixSearchPaths } from './functions.ts'
import { locked, type MigrateClient, withMigrateClient } from './locked.ts'
import { needsAdministrator } from './migration-error.ts'
import { adviseRolePrefix, claimRoles } from './role-owner.ts'
import { ensureRoles, existingRoles, grantToRoles } from './roles.ts'
import { ensureSchema } from './schema.ts'

export { MIGRATIONS_FOLDER, migrationNames } from './folder.ts'
export { MigrationError } from './migration-error.ts'
export { moveTables } from './move.ts'
export { findMissing, findPending, oldCodeIn, type PendingMigration } from './pending.ts'
export { findForeignOwner, refuseForeign } from './role-owner.ts'

export interface Migrated {
  /** The names of the migrations that this call applied. */
  applied: string[]
  /** Where the tables are. */
  schema: string
  /** Lines for the operator. */
  notes: string[]
}

/**
 * Brings the database up to the newest migration, and records it as Prisma does, in a schema of its own. Makes that schema
 * and the roles, and grants the rights defined in `src/tables.ts`. Nothing outside the schema changes. The tables of
 * version 0.1.0 stay in `public`. Idempotent, also after it was killed, and safe while apps run.
 *
 * @param databaseUrl connects as the owner of the tables. Where an administrator made the schema and the roles, the owner
 * needs no right but on the schema.
 * @throws {MigrationError} that says what to do
 */
export const migrate = (databaseUrl: string, placement: Placement = DEFAULT_PLACEMENT): Promise<Migrated> =>
  withMigrateClient(databaseUrl, async (client) => {
    const hostRole = await ensureRoles(client, placement)
    await locked(client, placement, (schema) => ensureSchema(client, schema))
    const applied = await applyMigrations(client, placement)
    const { schema, ungranted, advice } = await locked(client, placement, (where) => grantAll(client, where, placement))
    if (ungranted.length > 0) throw needsAdministrator(ungranted)
    return { applied, schema, notes: [...notesOf(hostRole, schema, placement), ...advice] }
  })

async function grantAll(client: MigrateClient, schema: string, placement: Placement) {
  await fixSearchPaths(client, schema)
  const ungranted = await grantToRoles(client, schema, placement)
  await claimRoles(client, schema, placement, await existingRoles(client, placement.rolePrefix))
  const shared = await adviseRolePrefix(client, schema, placement)
  return { schema, ungranted, advice: shared === undefined ? [] : [shared] }
}

function notesOf(hostRole: string[], schema: string, placement: Placement): string[] {
  const notes = hostRole.map(
    (statement) => `The host application has no role yet. An administrator can make it: ${statement};`,
  )
  if (schema === placement.schema) return notes
  const move = `The tables stay in ${schema}, where version 0.1.0 made them. sluice migrate --move moves them to ${placement.schema}.`
  return [...notes, move]
}
