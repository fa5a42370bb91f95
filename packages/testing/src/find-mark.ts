/** The host's own columns, which Sluice does not change. */
const HOSTS: Record<string, string[]> = {
  users: ['id', 'email', 'stripe_customer_id'],
  generation_jobs: ['id', 'user_id', 'prediction_id'],
}

type Query = <T>(text: string, values?: unknown[]) => Promise<T[]>

const OURS = `table_schema = current_schema() AND table_name <> '_prisma_migrations'`

/** Columns of every table, of any type, in which a row contains the text: `customers.email`. Bytes are searched as text. */
export async function findMark(query: Query, mark: string): Promise<string[]> {
  const columns = await query<{ table: string; column: string; type: string }>(
    `SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns WHERE ${OURS}`,
  )
  const searched = columns.filter(({ table, column }) => !HOSTS[table]?.includes(column))
  const text = searched
    .map(({ table, column, type }) => {
      const value = type === 'bytea' ? `encode(${column}, 'escape')` : `${column}::text`
      return `SELECT '${table}.${column}' AS found WHERE EXISTS (SELECT FROM ${table} WHERE ${value} ILIKE $1)`
    })
    .join(' UNION ALL ')
  return (await query<{ found: string }>(text, [`%${mark}%`])).map(({ found }) => found).sort()
}

/** All rows of all tables that contain the text, as JSON, by table. */
export async function rowsWith(query: Query, text: string): Promise<Record<string, unknown[]>> {
  const tables = await query<{ table: string }>(
    `SELECT table_name AS table FROM information_schema.tables WHERE ${OURS} ORDER BY 1`,
  )
  const found: Record<string, unknown[]> = {}
  for (const { table } of tables) {
    const rows = await query<{ row: unknown }>(
      `SELECT to_jsonb(t) AS row FROM ${table} t WHERE to_jsonb(t)::text LIKE $1 ORDER BY to_jsonb(t)::text`,
      [`%${text}%`],
    )
    if (rows.length > 0) found[table] = rows.map(({ row }) => row)
  }
  return found
}
