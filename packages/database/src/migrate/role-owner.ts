import type { ClientBase, Pool } from 'pg'
import type { Placement } from '../sql/placement.ts'

/** Where a deployment is on its server. `schema` is undefined in another database, whose schemas nobody sees from here. */
interface Place {
  database: string
  schema?: string
}

const COMMENT = /^Sluice, database (.+), schema (\w+)$/

/** Not allowed to, or another `migrate` did so at the same time. */
const NOT_WRITTEN = ['42501', '23505', 'XX000']

/**
 * Roles belong to the whole server, so a comment on them says whose they are: those of the first deployment that migrates.
 * Does nothing where this login may not comment on them, or while the owner still uses them.
 *
 * @param schema of the tables
 */
export async function claimRoles(client: ClientBase, schema: string, placement: Placement, roles: readonly string[]) {
  if (await findForeignOwner(client, schema, placement)) return
  const { rows } = await client.query('SELECT current_database() AS database')
  const comment = `Sluice, database ${rows[0].database}, schema ${schema}`
  if ((await commentOn(client, placement)) === comment) return
  await client.query('SAVEPOINT before_comments')
  try {
    for (const role of roles) await client.query(`COMMENT ON ROLE "${role}" IS ${client.escapeLiteral(comment)}`)
  } catch (error) {
    if (!NOT_WRITTEN.includes((error as { code?: string }).code ?? '')) throw error
    await client.query('ROLLBACK TO SAVEPOINT before_comments')
  }
}

/** The other deployment that the roles belong to. Undefined if they are this one's, or nobody knows. */
export async function findForeignOwner(
  client: ClientBase | Pool,
  schema: string,
  placement: Placement,
): Promise<string | undefined> {
  const [, database, ownSchema] = COMMENT.exec((await commentOn(client, placement)) ?? '') ?? []
  const owner = (await placesOf(client, schema, placement)).find(
    (place) => place.database === database && (place.schema ?? ownSchema) === ownSchema,
  )
  return owner && describe(owner)
}

const SHOWN_MAX = 3

/** One line for the operator if another deployment on this server has the same roles. */
export async function adviseRolePrefix(
  client: ClientBase | Pool,
  schema: string,
  placement: Placement,
): Promise<string | undefined> {
  const others = (await placesOf(client, schema, placement)).map(describe)
  if (others.length === 0) return undefined
  const shown = others.slice(0, SHOWN_MAX).join(', ')
  const more = others.length > SHOWN_MAX ? ` and ${others.length - SHOWN_MAX} more` : ''
  return `The roles ${placement.rolePrefix}… are also those of ${shown}${more}, with the same passwords, so each deployment may read the rows of the other. Set ROLE_PREFIX to another name in all but one of them, and migrate each.`
}

/** The advice about roles that are another deployment's, whose passwords must not change. */
export const refuseForeign = ({ rolePrefix }: Placement, owner: string): Error =>
  new Error(
    `The roles ${rolePrefix}… belong to ${owner}, whose processes log in with their passwords. Set ROLE_PREFIX to another name for this deployment, and migrate again. No password was changed.`,
  )

async function commentOn(client: ClientBase | Pool, { rolePrefix }: Placement): Promise<string | undefined> {
  const { rows } = await client.query(
    `SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = $1`,
    [`${rolePrefix}worker`],
  )
  return rows[0]?.comment ?? undefined
}

/**
 * The other places in which the role of the worker has rights: databases of this server, and schemas of this database. The
 * rights in all databases are in a catalog that every login reads: https://www.postgresql.org/docs/current/catalog-pg-shdepend.html
 */
async function placesOf(client: ClientBase | Pool, schema: string, { rolePrefix }: Placement): Promise<Place[]> {
  const { rows } = await client.query(
    `SELECT DISTINCT d.datname::text AS database, NULL AS schema
      FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid JOIN pg_roles r ON r.oid = s.refobjid
      WHERE s.refclassid = 'pg_authid'::regclass AND s.deptype = 'a' AND r.rolname = $1 AND d.datname <> current_database()
    UNION ALL
    SELECT current_database()::text, n.nspname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE p.proname = 'process_webhook_event' AND n.nspname <> $2 AND EXISTS (
        SELECT FROM aclexplode(p.proacl) a JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = $1)
    ORDER BY 1, 2`,
    [`${rolePrefix}worker`, schema],
  )
  return rows.map(({ database, schema: found }) => ({ database, ...(found !== null && { schema: found }) }))
}

const describe = ({ database, schema }: Place): string =>
  schema === undefined ? `the database ${database}` : `the schema ${schema}`
