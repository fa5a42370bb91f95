import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { withOwnPostgres, withPostgres } from '@sluice/testing'
import { connectionCode, DRIVER_MESSAGES } from '../../src/sql/connection-code.ts'
import { kindOf } from '../../src/sql/error-kind.ts'
import { connect } from '../../src/sql/pool.ts'

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

/** Guarantees that the list stays true when the driver is updated. */
describe('the driver still says', () => {
  const require = createRequire(import.meta.resolve('pg'))
  const folders = [
    join(dirname(require.resolve('pg/package.json')), 'lib'),
    dirname(require.resolve('pg-pool')),
    dirname(require.resolve('pg-protocol')),
  ]
  const source = folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.js') && !path.includes('test'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')

  test.each(DRIVER_MESSAGES)('%s…', (start) => {
    expect(source.includes(`'${start}`) || source.includes(`\`${start}`)).toBe(true)
  })
})

describe('an outage is', () => {
  test('a server that is not running', async () => {
    const pool = connect('postgresql://sluice@127.0.0.1:1/sluice')
    const error = await thrownBy(pool.query('SELECT 1'))
    expect([kindOf(error), connectionCode(error)]).toEqual(['outage', 'ECONNREFUSED'])
    await pool.end()
  })

  test('a pool without a free connection', () =>
    withPostgres(async ({ url }) => {
      const pool = connect(url, { max: 1, deadlineMs: 200 })
      const client = await pool.connect()
      const error = await thrownBy(pool.query('SELECT 1'))
      expect([kindOf(error), connectionCode(error)]).toEqual(['outage', 'connect_timeout'])
      client.release()
      await pool.end()
    }))

  test('a pool that was ended', () =>
    withPostgres(async ({ url }) => {
      const pool = connect(url)
      await pool.end()
      const error = await thrownBy(pool.query('SELECT 1'))
      expect([kindOf(error), connectionCode(error)]).toEqual(['outage', 'pool_closed'])
    }))

  test('a server that is killed while it works, and a connection to it that is used again', () =>
    withOwnPostgres(async ({ url, crash }) => {
      const pool = connect(url, { max: 1 })
      const client = await pool.connect()
      const sleeping = thrownBy(client.query('SELECT pg_sleep(60)'))
      await crash()
      const errors = [await sleeping, await thrownBy(client.query('SELECT 1'))]
      expect(errors.map(kindOf)).toEqual(['outage', 'outage'])
      client.release(true)
      await pool.end()
    }))

  test('a server that stands still', () =>
    withOwnPostgres(async ({ url, freeze, thaw }) => {
      const pool = connect(url, { max: 1, deadlineMs: 500 })
      await pool.query('SELECT 1')
      freeze()
      const error = await thrownBy(pool.query('SELECT 1'))
      thaw()
      expect([kindOf(error), connectionCode(error)]).toEqual(['outage', 'query_timeout'])
      await pool.end()
    }))
})
