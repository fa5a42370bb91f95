import pg from 'pg'

/** The database that the database of every test is cloned from. */
export const TEMPLATE = 'sluice_template'

export type Role = 'sluice_ingest' | 'sluice_worker' | 'sluice_board'

export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

export function atDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

/** The same database as another user. Roles have no password: the test's server trusts this machine. */
export function asRole(url: string, role: Role): string {
  const changed = new URL(url)
  changed.username = role
  return changed.href
}
