import { type PostgresUser, passwordOf } from '@sluice/dev-services'
import pg from 'pg'

/** The database that the database of every test is cloned from. */
export const TEMPLATE = 'sluice_template'

export type Role = PostgresUser

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

/** The same database as another user. @param url of the owner of a server that `startPostgres` started */
export function asRole(url: string, role: Role): string {
  const changed = new URL(url)
  changed.username = role
  changed.password = passwordOf(role, changed.password)
  return changed.href
}
