import { connect } from '../src/sql/pool.ts'

/** Runs one statement on a connection of its own. */
export async function sql<T = Record<string, unknown>>(url: string, text: string, values?: unknown[]): Promise<T[]> {
  const pool = connect(url, { max: 1 })
  try {
    return (await pool.query(text, values)).rows
  } finally {
    await pool.end()
  }
}

/** The SQLSTATE with which Postgres refuses a statement; undefined when it accepts it. */
export async function refusalOf(url: string, text: string, values?: unknown[]): Promise<string | undefined> {
  try {
    await sql(url, text, values)
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  }
}
