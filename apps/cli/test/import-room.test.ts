import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { createRoom } from '../src/lib/import/room.ts'

const NEVER = new AbortController().signal

const withPool = (use: (pool: Pool) => Promise<void>) =>
  withPostgres(async ({ url }) => {
    const pool = connect(url, { max: 2 })
    try {
      await use(pool)
    } finally {
      await pool.end()
    }
  })

const add = (pool: Pool, type: string, count: number) =>
  pool.query(
    `INSERT INTO webhook_events (provider, event_id, type, ordering_key)
      SELECT 'stripe', $1::text || '-' || n, $1, n::text FROM generate_series(1, $2::int) AS n`,
    [type, count],
  )

test('more objects wait until workers have caught up with the imported events', () =>
  withPool(async (pool) => {
    await add(pool, 'import.customer', 400)
    let hasRoom = false
    const waiting = createRoom(pool, 'swept')
      .forMore(NEVER)
      .then(() => {
        hasRoom = true
      })
    await pool.query(`UPDATE webhook_events SET status = 'processed' WHERE ordering_key::int <= 50`)
    expect(hasRoom).toBe(false)
    await pool.query(`UPDATE webhook_events SET status = 'processed'`)
    await waiting
    expect(hasRoom).toBe(true)
  }))

test('workers that come back are waited for', () =>
  withPool(async (pool) => {
    await add(pool, 'import.customer', 400)
    const room = createRoom(pool, 'enqueued')
    await room.forMore(NEVER)
    await pool.query(`UPDATE webhook_events SET status = 'processed', processed_at = now() WHERE ordering_key = '1'`)
    let hasRoom = false
    const waiting = room.forMore(NEVER).then(() => {
      hasRoom = true
    })
    for (let query = 0; query < 20; query += 1) await pool.query('SELECT pg_sleep(0.01)')
    expect(hasRoom).toBe(false)
    await pool.query(`UPDATE webhook_events SET status = 'processed', processed_at = now()`)
    await waiting
  }))

test('nothing waits for webhooks, or for workers that do not run', () =>
  withPool(async (pool) => {
    await add(pool, 'invoice.paid', 400)
    await createRoom(pool, 'swept').forMore(NEVER)
    await add(pool, 'import.customer', 400)
    await createRoom(pool, 'enqueued').forMore(NEVER)
    const { rows } = await pool.query(`SELECT count(*)::int AS count FROM webhook_events WHERE status = 'received'`)
    expect(rows).toEqual([{ count: 800 }])
  }))
