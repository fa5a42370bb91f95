import pg from 'pg'

/** As EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) prints it: https://www.postgresql.org/docs/current/sql-explain.html */
export interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Shared Hit Blocks'?: number
  'Shared Read Blocks'?: number
  Plans?: PlanNode[]
}

/** One run of one statement. */
export interface Explained {
  sql: string
  milliseconds: number
  plan: PlanNode
}

/** Makes every statement of a connection report its plan with times and buffers, also inside functions. */
const EXPLAIN_ALL = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
}

/**
 * Opens a pool of one connection whose statements are explained as they run, so that the product's own code and its
 * prepared statements are explained.
 *
 * @param url of the superuser, which alone may load auto_explain
 */
export async function withExplainer<T>(
  url: string,
  use: (pool: pg.Pool, reported: () => Explained[]) => Promise<T>,
): Promise<T> {
  const options = Object.entries(EXPLAIN_ALL).map(([name, value]) => `-c ${name}=${value}`)
  const pool = new pg.Pool({ connectionString: url, max: 1, options: options.join(' ') })
  let heard: Explained[] = []
  pool.on('connect', (client) =>
    client.on('notice', ({ message }) => {
      const explained = parse(message ?? '')
      if (explained) heard.push(explained)
    }),
  )
  try {
    return await use(pool, () => {
      const reported = heard
      heard = []
      return reported
    })
  } finally {
    await pool.end()
  }
}

function parse(notice: string): Explained | undefined {
  const [, milliseconds, text] = /^duration: ([\d.]+) ms {2}plan:\n(.*)$/s.exec(notice) ?? []
  if (!milliseconds || !text) return undefined
  const { 'Query Text': sql, Plan: plan } = JSON.parse(text) as { 'Query Text': string; Plan: PlanNode }
  return { sql, milliseconds: Number(milliseconds), plan }
}

/** Pages of 8 kB that it read. */
export const buffersOf = ({ plan }: Explained): number =>
  (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)

/** Tables with a sequential scan. */
export const scannedBy = (plan: PlanNode): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] ? [plan['Relation Name']] : []),
  ...(plan.Plans ?? []).flatMap(scannedBy),
]
