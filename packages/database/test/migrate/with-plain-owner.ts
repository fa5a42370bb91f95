import { randomUUID } from 'node:crypto'
import { withPostgres } from '@sluice/testing'
import type { Placement } from '../../src/sql/placement.ts'
import { sql } from '../sql.ts'

export interface PlainOwner {
  /** As a superuser, in the same database. */
  admin: string
  /** As the owner, who is no superuser. */
  owner: string
  /** The name of the owner. */
  login: string
  /** Names of roles that no other test uses. */
  placement: Placement
  /** The address of another user whose password `admin` sets. */
  asUser(name: string): Promise<string>
}

/** A database that a plain user owns, as hosting services give them out. Its roles are dropped afterwards. */
export const withPlainOwner = (
  { attributes = '', ownsDatabase = true }: { attributes?: string; ownsDatabase?: boolean },
  use: (owner: PlainOwner) => Promise<void>,
): Promise<void> =>
  withPostgres(async ({ url }) => {
    const own = `t${randomUUID().replaceAll('-', '').slice(0, 12)}`
    const login = `${own}_owner`
    const admin = Object.assign(new URL(url), { pathname: `/${own}` }).href
    const asUser = async (name: string) => {
      await sql(url, `ALTER ROLE ${name} PASSWORD 'a password'`)
      return Object.assign(new URL(admin), { username: name, password: 'a password' }).href
    }
    await sql(url, `CREATE ROLE ${login} LOGIN ${attributes}`)
    await sql(url, `CREATE DATABASE ${own} ${ownsDatabase ? `OWNER ${login}` : ''}`)
    try {
      const placement = { schema: 'sluice', rolePrefix: `${own}_` }
      await use({ admin, owner: await asUser(login), login, placement, asUser })
    } finally {
      await sql(url, `DROP DATABASE ${own} WITH (FORCE)`)
      const roles = await sql<{ name: string }>(
        url,
        `SELECT rolname AS name FROM pg_roles WHERE rolname LIKE '${own}%'`,
      )
      for (const { name } of roles) await sql(url, `DROP ROLE ${name}`)
    }
  })
