import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { startPostgres } from '@sluice/dev-services'
import pg from 'pg'
import { binariesOf } from './binaries.mjs'

/** Starts a server of this version for `use`, and deletes it afterwards. */
export async function withServer(major, use) {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-postgres-'))
  const path = process.env.PATH
  process.env.PATH = binariesOf(major) + delimiter + path // where the server is looked for first
  try {
    const postgres = await startPostgres({ directory, durable: false, users: [], searchPath: 'public' })
    try {
      return await use(serverAt(postgres))
    } finally {
      await postgres.stop()
    }
  } finally {
    process.env.PATH = path
    await rm(directory, { recursive: true, force: true })
  }
}

const PASSWORD = 'of-a-test'

function serverAt({ url, port }) {
  const as = (user, password, database) => `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`
  const admin = (database = 'sluice') => as('sluice', new URL(url).password, database)
  return {
    port,
    /** The address of a database as superuser. */
    admin,
    /** The address of a database as another user, who gets a password. */
    async login(user, database) {
      await sql(admin(), `ALTER ROLE "${user}" PASSWORD '${PASSWORD}'`)
      return as(user, PASSWORD, database)
    },
  }
}

/** Runs statements on a connection of their own. */
export async function sql(url, text) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
