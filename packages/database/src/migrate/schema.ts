import type { MigrateClient } from './locked.ts'
import { needsAdministrator } from './migration-error.ts'

const FORBIDDEN = '42501'

/** Makes the schema if it is missing. Where an administrator has made it, this login needs no right on the database. */
export async function ensureSchema(client: MigrateClient, schema: string): Promise<void> {
  const { rows } = await client.query(
    `SELECT quote_ident(current_user) AS login,
        has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE') AS writable
      FROM (SELECT 1) AS one LEFT JOIN pg_namespace ON nspname = $1`,
    [schema],
  )
  const { login, writable } = rows[0]
  if (writable === true) return
  if (writable === false) throw needsAdministrator([`GRANT USAGE, CREATE ON SCHEMA "${schema}" TO ${login}`])
  await client.query(`CREATE SCHEMA "${schema}"`).catch((error) => {
    if (error.code !== FORBIDDEN) throw error
    throw needsAdministrator([`CREATE SCHEMA "${schema}" AUTHORIZATION ${login}`])
  })
}
