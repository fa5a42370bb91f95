import type { ClientBase, Pool } from 'pg'
import { shownToBoard } from './personal.ts'
import { TABLES_SCHEMA } from './sql/placement.ts'
import { TABLES, type Table } from './tables.ts'

/** A database role is named `<ROLE_PREFIX><name>`. The first three are processes, the last is the host application. */
export const ROLES = ['ingest', 'worker', 'board', 'host'] as const

export type Role = (typeof ROLES)[number]

/** The system column that says which transaction has locked a row, so that a worker can name who keeps it waiting. */
const HOLDER = 'xmax'

/** The functions that roles call, with the roles that may. Nobody else may. */
const FUNCTIONS: Readonly<Record<string, readonly Role[]>> = {
  process_webhook_event: ['worker'],
  sluice_can: ['host'],
  credits: ['host', 'board'],
  sluice_credits_at: ['host', 'board'],
  sluice_grant_credits: ['host'],
  sluice_reserve_credits: ['host'],
  sluice_release_credits: ['host', 'worker'],
  sluice_find_address: ['board'],
  sluice_body_bytes: ['board'],
  sluice_reveal: ['board'],
  sluice_revealed_email: ['board'],
  sluice_changes_since: ['board'],
  sluice_verify_actions: ['board'],
  sluice_output_parts: ['board'],
}

/** The rights of each role, as `rightsOf` spells them: `INSERT refunds`, `UPDATE users.role`. */
export const GRANTED: Readonly<Record<Role, ReadonlySet<string>>> = {
  ingest: grants('ingest', ({ ingest }) => ({ SELECT: ingest.select, INSERT: ingest.insert })),
  worker: grants('worker', rightsOfWorker),
  board: grants('board', (table, name) => ({ SELECT: readable(table, name), INSERT: table.boardWrites })),
  host: grants('host', ({ host }) => ({ SELECT: host.reads, INSERT: host.writes, UPDATE: host.writes })),
}

/** Columns by verb. */
type Rights = Partial<Record<'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE', 'all' | readonly string[]>>

/**
 * The columns that the board may read. The host may add columns to its tables, such as hashes of passwords, which are no business of
 * ours.
 */
function readable({ rows, reads }: Table, name: string) {
  const shown = shownToBoard(name)
  return rows === 'host' ? reads.filter((column) => shown?.includes(column) ?? true) : (shown ?? 'all')
}

function rightsOfWorker(table: Table): Rights {
  const { rows, updates } = table
  if (rows === 'command') return {}
  if (rows === 'action') return { SELECT: 'all', UPDATE: updates }
  if (rows === 'host') return { SELECT: [...table.reads, HOLDER], UPDATE: updates }
  if (rows === 'ledger') return { SELECT: 'all', INSERT: 'all' }
  if (rows === 'record') return { SELECT: 'all', INSERT: 'all', UPDATE: 'all' }
  return { SELECT: 'all', INSERT: 'all', UPDATE: 'all', DELETE: 'all' }
}

function grants(role: Role, rightsOn: (table: Table, name: string) => Rights): Set<string> {
  const onTables = Object.entries(TABLES).flatMap(([name, table]) =>
    Object.entries(rightsOn(table, name)).flatMap(([verb, columns]) =>
      columns === 'all' ? [`${verb} ${name}`] : columns.map((column) => `${verb} ${name}.${column}`),
    ),
  )
  const functions = Object.entries(FUNCTIONS).filter(([, roles]) => roles.includes(role))
  return new Set([...onTables, ...functions.map(([name]) => `EXECUTE ${name}`)])
}

const TABLE_RIGHTS = `
  SELECT v.verb || ' ' || c.relname AS "right"
  FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) AS v(verb)
  WHERE c.relnamespace = ${TABLES_SCHEMA} AND c.relkind IN ('r', 'p', 'v')
    AND has_table_privilege($1::name, c.oid, v.verb)`

const COLUMN_RIGHTS = `
  SELECT v.verb || ' ' || c.relname || '.' || a.attname AS "right"
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND (a.attnum > 0 OR a.attname = '${HOLDER}')
      AND NOT a.attisdropped,
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS v(verb)
  WHERE c.relnamespace = ${TABLES_SCHEMA} AND c.relkind IN ('r', 'p', 'v')
    AND has_column_privilege($1::name, c.oid, a.attnum, v.verb) AND NOT has_table_privilege($1::name, c.oid, v.verb)`

const OTHER_RIGHTS = `
  SELECT 'EXECUTE ' || p.proname AS "right" FROM pg_proc p
  WHERE p.pronamespace = ${TABLES_SCHEMA} AND p.proname = ANY ($2)
    AND has_function_privilege($1::name, p.oid, 'EXECUTE')
  UNION ALL SELECT 'CREATE in schema ' || n.nspname FROM pg_namespace n
  WHERE n.oid = ${TABLES_SCHEMA} AND has_schema_privilege($1::name, n.oid, 'CREATE')
  UNION ALL SELECT 'CREATE in database' WHERE has_database_privilege($1::name, current_database(), 'CREATE')`

const IS_OWNER = `
  SELECT bool_or(r.rolsuper) OR EXISTS (
    SELECT 1 FROM pg_class c WHERE c.relnamespace = ${TABLES_SCHEMA} AND c.relkind = 'r'
      AND pg_has_role(c.relowner, 'USAGE')) AS "isOwner"
  FROM pg_roles r WHERE r.rolname = current_user`

async function rightsOfRole(client: Pool | ClientBase, role: string): Promise<ReadonlySet<string>> {
  const text = `${TABLE_RIGHTS} UNION ALL ${COLUMN_RIGHTS} UNION ALL ${OTHER_RIGHTS}`
  const { rows } = await client.query(text, [role, Object.keys(FUNCTIONS)])
  return new Set(rows.map(({ right }) => right))
}

/** All rights of the connected user on the tables and functions of Sluice, including inherited ones. */
export async function rightsOf(pool: Pool): Promise<{ isOwner: boolean; rights: ReadonlySet<string> }> {
  const { rows } = await pool.query(`SELECT current_user AS user, (${IS_OWNER}) AS "isOwner"`)
  return { isOwner: rows[0].isOwner, rights: await rightsOfRole(pool, rows[0].user) }
}

/** The rights of the connected user beyond those of its role. Should be empty. */
export async function excessRights(pool: Pool, role: Role): Promise<string[]> {
  const { isOwner, rights } = await rightsOf(pool)
  if (isOwner) return ['everything, as the owner']
  return [...rights].filter((right) => !GRANTED[role].has(right))
}

/**
 * Grants each role its missing rights, so that a new table needs no grants in its migration, and withdraws from
 * everybody else the functions that roles call. Idempotent, and safe while apps run: a grant blocks neither readers nor
 * writers.
 *
 * @param client is connected as the owner of the tables, inside a READ COMMITTED transaction that no other one overlaps.
 */
export async function grantMissing(client: ClientBase, rolePrefix: string): Promise<void> {
  await revokeFromPublic(client)
  for (const role of ROLES) {
    const name = rolePrefix + role
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
    if (rowCount === 0) continue
    const rights = await rightsOfRole(client, name)
    const missing = [...GRANTED[role]].filter((right) => !rights.has(right))
    for (const right of missing) await client.query(`${grantOf(right)} TO "${name}"`)
  }
}

async function revokeFromPublic(client: ClientBase): Promise<void> {
  const { rows } = await client.query(
    `SELECT p.oid::regprocedure::text AS signature FROM pg_proc p
      WHERE p.pronamespace = ${TABLES_SCHEMA} AND p.proname = ANY ($1) AND EXISTS (
        SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee = 0)`,
    [Object.keys(FUNCTIONS)],
  )
  for (const { signature } of rows) await client.query(`REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC`)
}

/** `INSERT refunds` → `GRANT INSERT ON refunds`, `UPDATE users.role` → `GRANT UPDATE (role) ON users`. */
function grantOf(right: string): string {
  const [verb, name = ''] = right.split(' ')
  const [table, column] = name.split('.')
  if (verb === 'EXECUTE') return `GRANT EXECUTE ON FUNCTION ${name}`
  return column === undefined ? `GRANT ${verb} ON ${table}` : `GRANT ${verb} (${column}) ON ${table}`
}
