import { asRole, atDatabase, type Role } from './cluster.ts'
import { returnDatabase, type TestServer, takeDatabase } from './databases.ts'

export interface TestPostgres {
  /** As owner. */
  url: string
  roleUrl(role: Role): string
}

/** A migrated, empty database for one test. Afterwards nobody can see what the test left in it. */
export async function withPostgres<T>(use: (postgres: TestPostgres) => Promise<T>): Promise<T> {
  const described = process.env['SLUICE_TEST_POSTGRES']
  if (!described) throw new Error('SLUICE_TEST_POSTGRES is not set: withPostgres works in a Jest run alone.')
  const server = JSON.parse(described) as TestServer
  const name = await takeDatabase(server)
  try {
    const url = atDatabase(server.url, name)
    return await use({ url, roleUrl: (role) => asRole(url, role) })
  } finally {
    await returnDatabase(server, name)
  }
}
