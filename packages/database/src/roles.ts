import type { Pool } from 'pg'

export type Role = 'sluice_ingest' | 'sluice_worker' | 'sluice_board'

const OF_THE_WORKER = ['webhook_events', 'webhook_dead_letters', 'outbox_messages']
const STATE = [
  ...['customers', 'subscriptions', 'invoices', 'checkout_sessions', 'payments', 'payment_references', 'refunds'],
  ...['disputes', 'payment_methods', 'connected_accounts', 'documents', 'notifications', 'renders', 'variants'],
]
const OF_THE_HOST = ['users', 'generation_jobs']

const on = (verbs: string[], tables: string[]) => tables.flatMap((table) => verbs.map((verb) => `${verb} ${table}`))
const onColumns = (verb: string, table: string, columns: string) =>
  columns.split(' ').map((column) => `${verb} ${table}.${column}`)

/** What each role is granted, as `rightsOf` writes it. */
export const GRANTED: Record<Role, ReadonlySet<string>> = {
  sluice_ingest: new Set([
    ...onColumns('SELECT', 'webhook_events', 'id provider event_id'),
    ...onColumns(
      'INSERT',
      'webhook_events',
      'provider event_id type account livemode api_version ordering_key customer_id subscription_id occurred_at headers raw_body',
    ),
  ]),
  sluice_worker: new Set([
    ...on(['SELECT', 'INSERT', 'UPDATE', 'DELETE'], OF_THE_WORKER),
    ...on(['SELECT', 'INSERT', 'UPDATE'], STATE),
    ...on(['SELECT', 'INSERT'], ['ledger_entries']),
    ...on(['SELECT'], OF_THE_HOST),
    ...onColumns('UPDATE', 'users', 'role'),
    ...onColumns('UPDATE', 'generation_jobs', 'status error output metrics completed_at registers poll_after'),
    'EXECUTE process_webhook_event',
  ]),
  sluice_board: new Set(on(['SELECT'], [...OF_THE_WORKER, ...STATE, ...OF_THE_HOST, 'ledger_entries'])),
}

const TABLE_RIGHTS = `
  SELECT v.verb || ' ' || c.relname AS "right"
  FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) AS v(verb)
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege(c.oid, v.verb)`

const COLUMN_RIGHTS = `
  SELECT v.verb || ' ' || c.relname || '.' || a.attname AS "right"
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS v(verb)
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
    AND has_column_privilege(c.oid, a.attnum, v.verb) AND NOT has_table_privilege(c.oid, v.verb)`

const OTHER_RIGHTS = `
  SELECT 'EXECUTE ' || p.proname AS "right" FROM pg_proc p
  WHERE p.pronamespace = 'public'::regnamespace AND p.proname = 'process_webhook_event'
    AND has_function_privilege(p.oid, 'EXECUTE')
  UNION ALL SELECT 'CREATE in schema public' WHERE has_schema_privilege('public', 'CREATE')
  UNION ALL SELECT 'CREATE in database' WHERE has_database_privilege(current_database(), 'CREATE')`

const IS_OWNER = `
  SELECT bool_or(r.rolsuper) OR EXISTS (
    SELECT 1 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      AND pg_has_role(c.relowner, 'USAGE')) AS "isOwner"
  FROM pg_roles r WHERE r.rolname = current_user`

/** What the one who is connected may do, whoever granted it. */
export async function rightsOf(pool: Pool): Promise<{ isOwner: boolean; rights: ReadonlySet<string> }> {
  const { rows } = await pool.query(`${TABLE_RIGHTS} UNION ALL ${COLUMN_RIGHTS} UNION ALL ${OTHER_RIGHTS}`)
  const owner = await pool.query(IS_OWNER)
  return { isOwner: owner.rows[0].isOwner, rights: new Set(rows.map(({ right }) => right)) }
}

/** What the one who is connected may do beyond its role: empty as it should be. */
export async function excessRights(pool: Pool, role: Role): Promise<string[]> {
  const { isOwner, rights } = await rightsOf(pool)
  if (isOwner) return ['everything, as the owner']
  return [...rights].filter((right) => !GRANTED[role].has(right))
}
