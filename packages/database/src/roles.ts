import type { Pool, PoolClient } from 'pg'
import { TABLES, type Table } from './tables.ts'

export const ROLES = ['sluice_ingest', 'sluice_worker', 'sluice_board'] as const

export type Role = (typeof ROLES)[number]

/** The system column that says which transaction has locked a row, so that a worker can name who keeps it waiting. */
const HOLDER = 'xmax'

/** The rights of each role, as `rightsOf` spells them: `INSERT refunds`, `UPDATE users.role`. */
export const GRANTED: Readonly<Record<Role, ReadonlySet<string>>> = {
  sluice_ingest: grants(({ ingest }) => ({ SELECT: ingest.select, INSERT: ingest.insert })),
  sluice_worker: grants(rightsOfWorker).add('EXECUTE process_webhook_event'),
  sluice_board: grants((table) => ({ SELECT: readable(table) })),
}

/** Columns by verb. */
type Rights = Partial<Record<'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE', 'all' | readonly string[]>>

/** The host may add columns to its tables, such as hashes of passwords, which are no business of ours. */
function readable({ rows, reads }: Table) {
  return rows === 'host' ? reads : 'all'
}

function rightsOfWorker(table: Table): Rights {
  const { rows, updates } = table
  if (rows === 'command') return {}
  if (rows === 'host') return { SELECT: [...table.reads, HOLDER], UPDATE: updates }
  if (rows === 'ledger') return { SELECT: 'all', INSERT: 'all' }
  if (rows === 'record') return { SELECT: 'all', INSERT: 'all', UPDATE: 'all' }
  return { SELECT: 'all', INSERT: 'all', UPDATE: 'all', DELETE: 'all' }
}

function grants(rightsOn: (table: Table) => Rights): Set<string> {
  return new Set(
    Object.entries(TABLES).flatMap(([name, table]) =>
      Object.entries(rightsOn(table)).flatMap(([verb, columns]) =>
        columns === 'all' ? [`${verb} ${name}`] : columns.map((column) => `${verb} ${name}.${column}`),
      ),
    ),
  )
}

const TABLE_RIGHTS = `
  SELECT v.verb || ' ' || c.relname AS "right"
  FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) AS v(verb)
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
    AND has_table_privilege($1::name, c.oid, v.verb)`

const COLUMN_RIGHTS = `
  SELECT v.verb || ' ' || c.relname || '.' || a.attname AS "right"
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND (a.attnum > 0 OR a.attname = '${HOLDER}')
      AND NOT a.attisdropped,
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS v(verb)
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
    AND has_column_privilege($1::name, c.oid, a.attnum, v.verb) AND NOT has_table_privilege($1::name, c.oid, v.verb)`

const OTHER_RIGHTS = `
  SELECT 'EXECUTE ' || p.proname AS "right" FROM pg_proc p
  WHERE p.pronamespace = 'public'::regnamespace AND p.proname = 'process_webhook_event'
    AND has_function_privilege($1::name, p.oid, 'EXECUTE')
  UNION ALL SELECT 'CREATE in schema public' WHERE has_schema_privilege($1::name, 'public', 'CREATE')
  UNION ALL SELECT 'CREATE in database' WHERE has_database_privilege($1::name, current_database(), 'CREATE')`

const IS_OWNER = `
  SELECT bool_or(r.rolsuper) OR EXISTS (
    SELECT 1 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      AND pg_has_role(c.relowner, 'USAGE')) AS "isOwner"
  FROM pg_roles r WHERE r.rolname = current_user`

async function rightsOfRole(client: Pool | PoolClient, role: string): Promise<ReadonlySet<string>> {
  const { rows } = await client.query(`${TABLE_RIGHTS} UNION ALL ${COLUMN_RIGHTS} UNION ALL ${OTHER_RIGHTS}`, [role])
  return new Set(rows.map(({ right }) => right))
}

/** All rights of the connected user, including inherited ones. */
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
 * Grants each role its missing rights, so that a new table needs no grants in its migration. Idempotent, and safe while
 * apps run: a grant blocks neither readers nor writers. An advisory lock prevents concurrent grants.
 *
 * @param client is connected as the owner of the tables, inside a READ COMMITTED transaction.
 */
export async function grantMissing(client: PoolClient): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', ['sluice grants'])
  const { rows } = await client.query('SELECT rolname AS role FROM pg_roles WHERE rolname = ANY ($1)', [ROLES])
  for (const { role } of rows as Array<{ role: Role }>) {
    const rights = await rightsOfRole(client, role)
    const missing = [...GRANTED[role]].filter((right) => !rights.has(right))
    for (const right of missing) await client.query(`${grantOf(right)} TO ${role}`)
  }
}

/** `INSERT refunds` → `GRANT INSERT ON refunds`, `UPDATE users.role` → `GRANT UPDATE (role) ON users`. */
function grantOf(right: string): string {
  const [verb, name = ''] = right.split(' ')
  const [table, column] = name.split('.')
  if (verb === 'EXECUTE') return `GRANT EXECUTE ON FUNCTION ${name}`
  return column === undefined ? `GRANT ${verb} ON ${table}` : `GRANT ${verb} (${column}) ON ${table}`
}
