import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { passwordOf, randomPassword, readPassword, writePrivate } from './passwords.ts'
import type { Account } from './run.ts'

/** Where the data of a server is, and who owns it. */
export interface DataFolder {
  account: Account | null
  place: string
  data: string
}

/** Nobody gets in without a password, because every user of the machine can reach the port. There are no sockets. */
const RULES = 'host all all 127.0.0.1/32 scram-sha-256\n'

export const passwordFile = ({ place }: DataFolder): string => join(place, 'password')

/** @throws when it is missing, with what to do */
export async function ownerPassword(folder: DataFolder): Promise<string> {
  const password = await readPassword(passwordFile(folder))
  if (password) return password
  throw new Error(
    `${passwordFile(folder)} has the password of the Postgres in ${folder.data}, and is missing: restore it, or move ` +
      'the data away to begin with none.',
  )
}

/** The password of the owner of data that is about to be made. */
export const choosePassword = (folder: DataFolder): Promise<void> =>
  writePrivate(passwordFile(folder), `${randomPassword()}\n`, folder.account)

export const writeRules = (folder: DataFolder): Promise<void> =>
  writePrivate(join(folder.data, 'pg_hba.conf'), RULES, folder.account)

/** Whether somebody gets in without a password: versions before made their data so. */
export const isOpen = async ({ data }: DataFolder): Promise<boolean> =>
  /^[^#\n]*\btrust\b/m.test(await readFile(join(data, 'pg_hba.conf'), 'utf8'))

/**
 * Sets a password on a running server that asks for none. From its next start on it asks for it.
 *
 * The rules come last: a process that is killed before them leaves a server that is still open, which begins again.
 */
export async function close(folder: DataFolder, port: number, users: readonly string[]): Promise<void> {
  const password = randomPassword()
  await asOwner(port, '', async (client) => {
    await setPassword(client, 'sluice', password)
    for (const user of await existing(client, users)) await setPassword(client, user, passwordOf(user, password))
  })
  await writePrivate(passwordFile(folder), `${password}\n`, folder.account)
  await writeRules(folder)
}

/** Makes the users of the processes, and the database. Migrations give the users their rights. */
export async function ensureUsersAndDatabase(port: number, password: string, users: readonly string[]): Promise<void> {
  await asOwner(port, password, async (client) => {
    const known = await existing(client, users)
    for (const user of users.filter((name) => !known.includes(name))) {
      await client.query(`create role ${user} login`)
      await setPassword(client, user, passwordOf(user, password))
    }
    const { rowCount } = await client.query(`select from pg_database where datname = 'sluice'`)
    if (rowCount === 0) await client.query('create database sluice')
  })
}

export const urlOf = (port: number, user: string, password: string): string =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/sluice`

async function existing(client: pg.Client, users: readonly string[]): Promise<string[]> {
  const { rows } = await client.query('select rolname from pg_roles where rolname = any($1)', [users])
  return rows.map(({ rolname }) => rolname)
}

/** PostgreSQL 13 and older would keep a hash that these rules do not take. */
async function setPassword(client: pg.Client, user: string, password: string): Promise<void> {
  await client.query(`set password_encryption = 'scram-sha-256'; alter role ${user} password '${password}'`)
}

async function asOwner(port: number, password: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'sluice', password, database: 'postgres' })
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}
