import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import pg from 'pg'
import { jsonOf, sluice } from './sluice.ts'

test('migrate brings an empty database up, and has nothing to do the second time', () =>
  withEmptyDatabase(async (url) => {
    const env = { DATABASE_URL: url }

    const [{ applied }] = jsonOf(await sluice(['migrate', '--json'], env))
    expect(applied.length).toBeGreaterThan(0)

    const again = await sluice(['migrate'], env)
    expect(again).toEqual({ exitCode: 0, output: 'Nothing to do: every migration is applied.\n' })
  }))

/** A database beside the migrated one, without a table in it. */
const withEmptyDatabase = (use: (url: string) => Promise<void>): Promise<void> =>
  withPostgres(async ({ url }) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const name = `${new URL(url).pathname.slice(1)}_empty`
    try {
      await client.query(`CREATE DATABASE ${name}`)
      await use(Object.assign(new URL(url), { pathname: `/${name}` }).href)
    } finally {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await client.end()
    }
  })
