import { randomUUID } from 'node:crypto'
import { readdir, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '@sluice/database/migrate'
import { atDatabase, TEMPLATE, withClient } from './cluster.ts'
import { describeSchema } from './describe-schema.ts'
import { eventually } from './eventually.ts'

/** The Postgres of a Jest run. */
export interface TestServer {
  /** Of database `sluice`, as owner. */
  url: string
  /** Folder with an empty file for each database that no test uses, named as it is. */
  free: string
  /** `describeSchema` of a database that has only been migrated. */
  migrated: string
}

type Client = Parameters<Parameters<typeof withClient>[1]>[0]

/** Of all tables: to delete more rows takes longer than a new database, and dead rows slow down the tests that come next. */
const MOST_BYTES = 2_000_000

/** Migrates the database that all others are cloned from. @param free an empty folder */
export async function describeServer(url: string, free: string): Promise<TestServer> {
  await withClient(url, (client) => client.query(`create database ${TEMPLATE}`))
  await migrate(atDatabase(url, TEMPLATE))
  const clone = await takeDatabase({ url, free, migrated: '' })
  const migrated = await withClient(atDatabase(url, clone), describeSchema)
  await writeFile(join(free, clone), '')
  return { url, free, migrated }
}

/** The name of a migrated, empty database that is this caller's alone: one that was given back, else a new one. */
export async function takeDatabase({ url, free }: TestServer): Promise<string> {
  for (const name of await readdir(free)) {
    const taken = await unlink(join(free, name)).then(
      () => true,
      () => false,
    )
    if (taken) return name
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await withClient(url, (client) => client.query(`create database ${name} template ${TEMPLATE}`))
  return name
}

/** Empties it for the next test, which is cheaper than a new one. It is deleted if that would not be as good as new. */
export async function returnDatabase({ url, free, migrated }: TestServer, name: string): Promise<void> {
  const asNew = await withClient(atDatabase(url, name), async (client) => {
    await endSessions(client)
    if ((await describeSchema(client)) !== migrated) return false
    return await empty(client)
  }).catch(() => false) // The test deleted what is asked for here, or the database itself.
  if (asNew) await writeFile(join(free, name), '')
  else await withClient(url, (client) => client.query(`drop database ${name} with (force)`))
}

/** A transaction of a session that is still ending could commit after the rows are deleted. */
async function endSessions(client: Client): Promise<void> {
  const others = `FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
  const { rowCount } = await client.query(`SELECT pg_terminate_backend(pid) ${others}`)
  if (rowCount === 0) return
  await eventually(async () => {
    if ((await client.query(`SELECT ${others}`)).rowCount) throw new Error('A session of the test does not end.')
  })
}

/** Without triggers and foreign keys: every table is emptied, unless that leaves too much behind. @returns whether it did */
async function empty(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ statement: string; bytes: string }>(`
    SELECT CASE relkind
      WHEN 'r' THEN 'DELETE FROM ' || oid::regclass
      ELSE format('SELECT setval(%L, seqstart, false) FROM pg_sequence WHERE seqrelid = %s', oid::regclass, oid)
    END AS statement, pg_relation_size(oid) AS bytes
    FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'S') AND relname <> '_prisma_migrations'`)
  if (rows.reduce((sum, { bytes }) => sum + Number(bytes), 0) > MOST_BYTES) return false
  const statements = rows.map(({ statement }) => statement)
  await client.query(['SET session_replication_role = replica', ...statements].join('; '))
  return true
}
