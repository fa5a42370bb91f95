import { grantMissing, ROLES } from '../roles.ts'
import { OLD_SCHEMA, type Placement, pathOf } from '../sql/placement.ts'
import type { MigrateClient } from './locked.ts'
import { needsAdministrator } from './migration-error.ts'

const FORBIDDEN = '42501'
const MADE_MEANWHILE = ['42710', '23505']

/**
 * Makes the roles that are missing, without passwords. They belong to the whole server.
 *
 * @returns statements for an administrator, if this login may not make the role of the host, which may come later
 * @throws {MigrationError} if it may not make those of the processes, whom migrations grant rights
 */
export async function ensureRoles(client: MigrateClient, { rolePrefix }: Placement): Promise<string[]> {
  const refused: string[] = []
  const existing = await existingRoles(client, rolePrefix)
  for (const name of ROLES.map((role) => rolePrefix + role).filter((each) => !existing.includes(each))) {
    const statement = `CREATE ROLE "${name}" LOGIN`
    await client.query(statement).catch((error) => {
      if (error.code === FORBIDDEN) refused.push(statement)
      else if (!MADE_MEANWHILE.includes(error.code)) throw error
    })
  }
  if (refused.some((statement) => !statement.includes(`"${rolePrefix}host"`))) throw needsAdministrator(refused)
  return refused
}

/** The names of this deployment's roles that exist on the server. */
export async function existingRoles(client: MigrateClient, rolePrefix: string): Promise<string[]> {
  const names = ROLES.map((role) => rolePrefix + role)
  const { rows } = await client.query('SELECT rolname::text AS name FROM pg_roles WHERE rolname = ANY ($1)', [names])
  return rows.map(({ name }) => name)
}

/**
 * Gives the roles their rights, and their sessions this schema: a pooler may forget what a process has set.
 *
 * @returns statements for an administrator: what this login may not grant
 */
export async function grantToRoles(client: MigrateClient, schema: string, placement: Placement): Promise<string[]> {
  const { rows } = await client.query('SELECT quote_ident(current_database()) AS name')
  const database: string = rows[0].name
  const ungranted: string[] = []
  for (const role of await existingRoles(client, placement.rolePrefix)) {
    const access = [
      [`has_schema_privilege('${role}', '${schema}', 'USAGE')`, `GRANT USAGE ON SCHEMA "${schema}" TO "${role}"`],
      [
        `has_database_privilege('${role}', current_database(), 'CONNECT')`,
        `GRANT CONNECT ON DATABASE ${database} TO "${role}"`,
      ],
    ] as const
    for (const [isGranted, grant] of access) if (!(await ensure(client, isGranted, grant))) ungranted.push(grant)
    await ensure(client, hasPath(role, schema, placement), setPath(role, database, schema, placement))
  }
  await grantMissing(client, placement.rolePrefix)
  return ungranted
}

/** Runs the statement unless the condition is true. Returns whether it is true then. */
async function ensure(client: MigrateClient, condition: string, statement: string): Promise<boolean> {
  const isTrue = async (): Promise<boolean> => (await client.query(`SELECT ${condition} AS true`)).rows[0].true
  if (await isTrue()) return true
  await client.query('SAVEPOINT before_statement')
  await client.query(statement).catch(async (error) => {
    if (error.code !== FORBIDDEN) throw error
    await client.query('ROLLBACK TO SAVEPOINT before_statement')
  })
  return isTrue()
}

const pathOfRole = (schema: string, placement: Placement): string =>
  schema === OLD_SCHEMA && placement.schema !== OLD_SCHEMA ? `${pathOf(placement)}, ${OLD_SCHEMA}` : pathOf({ schema })

const setPath = (role: string, database: string, schema: string, placement: Placement): string =>
  `ALTER ROLE "${role}" IN DATABASE ${database} SET search_path = ${pathOfRole(schema, placement)}`

/** Postgres keeps the names of the path without needless quotes, separated by a comma and a space. */
const hasPath = (role: string, schema: string, placement: Placement): string => `EXISTS (
  SELECT FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole JOIN pg_database d ON d.oid = s.setdatabase
  WHERE r.rolname = '${role}' AND d.datname = current_database()
    AND replace('search_path=${pathOfRole(schema, placement)}', '"', '') = ANY (SELECT replace(c, '"', '') FROM unnest(s.setconfig) AS c))`
