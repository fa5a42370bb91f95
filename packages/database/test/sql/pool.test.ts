import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import { connect } from '../../src/sql/pool.ts'

/** Guarantees that a crash of Postgres between two statements of a transaction does not take the process with it. */
test('a connection that breaks while it is lent and nothing is asked of it fails the next query, and no more', () =>
  withPostgres(async ({ url }) => {
    const [pool, other] = [connect(url, { max: 1 }), connect(url, { max: 1 })]
    const client = await pool.connect()
    try {
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
      const ended = new Promise<void>((resolve) => client.once('end', resolve))
      await other.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
      await ended
      await expect(client.query('SELECT 1')).rejects.toThrow()
    } finally {
      client.release(true)
    }
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await Promise.all([pool.end(), other.end()])
  }))
