import { randomUUID } from 'node:crypto'
import { asRole, atDatabase, type Role, TEMPLATE, withClient } from './cluster.ts'

export interface TestPostgres {
  /** As owner. */
  url: string
  roleUrl(role: Role): string
}

/** A migrated, empty database for one test, deleted afterwards. */
export async function withPostgres<T>(use: (postgres: TestPostgres) => Promise<T>): Promise<T> {
  const server = process.env['SLUICE_TEST_POSTGRES_URL']
  if (!server) throw new Error('SLUICE_TEST_POSTGRES_URL is not set: withPostgres works in a Jest run alone.')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await withClient(server, (client) => client.query(`create database ${name} template ${TEMPLATE}`))
  try {
    const url = atDatabase(server, name)
    return await use({ url, roleUrl: (role) => asRole(url, role) })
  } finally {
    await withClient(server, (client) => client.query(`drop database ${name} with (force)`))
  }
}
