import { connect, type Pool } from '@sluice/database/pool'

/** As Postgres prints it: https://www.postgresql.org/docs/current/sql-explain.html */
export interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}

export interface Explained {
  sql: string
  plan: Plan
}

/** Makes each statement of a role report its plan, also those inside of functions. */
const EXPLAIN_ALL = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
}

/** A reader of the board whose statements are explained as they run. @param database as owner, who may load auto_explain */
export async function explainedReader(database: Pool, url: string): Promise<{ reader: Pool; taken(): Explained[] }> {
  const { rows } = await database.query('SELECT current_database() AS name')
  for (const [name, value] of Object.entries(EXPLAIN_ALL))
    await database.query(`ALTER ROLE sluice_board IN DATABASE ${rows[0].name} SET ${name} = '${value}'`)
  const reader = connect(url, { readOnly: true, deadlineMs: 600_000 })
  const heard: Explained[] = []
  reader.on('connect', (client) =>
    client.on('notice', ({ message }) => {
      const [, text] = /^duration: [\d.]+ ms {2}plan:\n(.*)$/s.exec(message ?? '') ?? []
      if (!text) return
      const { 'Query Text': sql, Plan: plan } = JSON.parse(text)
      heard.push({ sql, plan })
    }),
  )
  const taken = () => heard.splice(0)
  return { reader, taken }
}

/** Rows that a plan reads of each table, those that it drops included. */
export function rowsRead(plan: Plan, read: Record<string, number> = {}): Record<string, number> {
  const table = plan['Relation Name']
  const rows =
    plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0)
  if (table) read[table] = (read[table] ?? 0) + rows * plan['Actual Loops']
  for (const inner of plan.Plans ?? []) rowsRead(inner, read)
  return read
}

/** The most rows that one sort of a plan has. */
export const rowsSorted = (plan: Plan): number =>
  Math.max(
    plan['Node Type'] === 'Sort' || plan['Node Type'] === 'Incremental Sort'
      ? (plan.Plans?.[0]?.['Actual Rows'] ?? 0)
      : 0,
    ...(plan.Plans ?? []).map(rowsSorted),
  )

/** Tables that a plan reads from the first to the last row. */
export const tablesScanned = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] ? [plan['Relation Name']] : []),
  ...(plan.Plans ?? []).flatMap(tablesScanned),
]
