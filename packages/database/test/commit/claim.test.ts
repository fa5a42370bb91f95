import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import type { PoolClient } from 'pg'
import { type Claimed, claim } from '../../src/commit/claim.ts'
import { appendRows } from '../../src/inbox/append-rows.ts'
import { connect } from '../../src/sql/pool.ts'
import { inTransaction } from '../../src/sql/transaction.ts'
import { received } from '../received.ts'

interface Inbox {
  /** Rows of the inbox, one per ordering key that is given, and their ids in the same order. */
  append(...orderingKeys: string[]): Promise<string[]>
  query(sql: string, values?: unknown[]): Promise<unknown[]>
  /** Runs in a transaction that is undone afterwards, so that the rows stay as they were. */
  during<T>(work: (client: PoolClient) => Promise<T>): Promise<T>
  /** Runs in a transaction that commits. */
  committing<T>(work: (client: PoolClient) => Promise<T>): Promise<T>
}

/** A connection of the worker's role. */
const withInbox = (use: (inbox: Inbox) => Promise<void>) =>
  withPostgres(async ({ roleUrl }) => {
    const pool = connect(roleUrl('sluice_worker'), { max: 40 })
    let count = 0
    const during: Inbox['during'] = async (work) => {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        return await work(client)
      } finally {
        await client.query('ROLLBACK')
        client.release()
      }
    }
    try {
      await use({
        append: async (...keys) => {
          const events = keys.map((orderingKey) => received(`evt_${++count}`, { orderingKey }))
          return (await appendRows(pool, events)).map(({ id }) => id)
        },
        query: async (sql, values) => (await pool.query(sql, values)).rows,
        during,
        committing: (work) => inTransaction(pool, work),
      })
    } finally {
      await pool.end()
    }
  })

const outcomes = (rows: Claimed[]) => Object.fromEntries(rows.map(({ id, claim }) => [id, claim]))

test('a row is claimed by one of two transactions, and busy for the other until the first ends', () =>
  withInbox(async ({ append, during }) => {
    const [id] = (await append('a')) as [string]
    await during(async (one) => {
      expect(outcomes(await claim(one, [id]))).toEqual({ [id]: 'claimed' })
      await during(async (other) => expect(outcomes(await claim(other, [id]))).toEqual({ [id]: 'busy' }))
    })
    await during(async (after) => expect(outcomes(await claim(after, [id]))).toEqual({ [id]: 'claimed' }))
  }))

test('two rows of one ordering key are never claimed by two transactions', () =>
  withInbox(async ({ append, during }) => {
    const [first, second, other] = (await append('a', 'a', 'b')) as [string, string, string]
    await during(async (one) => {
      expect(outcomes(await claim(one, [first]))).toEqual({ [first]: 'claimed' })
      await during(async (two) =>
        expect(outcomes(await claim(two, [second, other]))).toEqual({ [second]: 'busy', [other]: 'claimed' }),
      )
    })
  }))

test('rows of one ordering key are claimed together by one transaction', () =>
  withInbox(async ({ append, during }) => {
    const ids = await append('a', 'a', 'a')
    await during(async (client) =>
      expect((await claim(client, ids)).map(({ id, claim }) => [id, claim])).toEqual(ids.map((id) => [id, 'claimed'])),
    )
  }))

test('only a claimed row comes with its body', () =>
  withInbox(async ({ append, during }) => {
    const [id] = (await append('a')) as [string]
    await during(async (one) => {
      expect(await claim(one, [id])).toMatchObject([{ raw_body: Buffer.from('{}'), event_id: 'evt_1' }])
      await during(async (two) => expect(await claim(two, [id])).toMatchObject([{ raw_body: null }]))
    })
  }))

test('settled rows are marked as such, and missing rows are left out', () =>
  withInbox(async ({ append, query, during }) => {
    const ids = (await append('a', 'b', 'c', 'd')) as [string, string, string, string]
    const [processed, ignored, failed, waiting] = ids
    await query(
      `UPDATE webhook_events SET status = new.status FROM unnest($1::bigint[], $2::text[]) AS new (id, status)
        WHERE webhook_events.id = new.id`,
      [ids, ['processed', 'ignored', 'failed', 'received']],
    )
    await during(async (client) =>
      expect(outcomes(await claim(client, [...ids, '999999']))).toEqual({
        [processed]: 'settled',
        [ignored]: 'settled',
        [failed]: 'claimed',
        [waiting]: 'claimed',
      }),
    )
  }))

test('a row that another transaction changes is busy, and the claim does not wait for it', () =>
  withInbox(async ({ append, during }) => {
    const [id] = (await append('a')) as [string]
    await during(async (sweeper) => {
      await sweeper.query('SELECT FROM webhook_events WHERE id = $1 FOR UPDATE', [id])
      await during(async (client) => expect(outcomes(await claim(client, [id]))).toEqual({ [id]: 'busy' }))
    })
  }))

test('concurrent claims take no row twice, and no two rows of one key', () =>
  withInbox(async ({ append, query, committing }) => {
    const ids = await append(...Array.from({ length: 120 }, (_, index) => `key ${index % 12}`))
    const working = new Set<string>()
    const done: string[] = []

    const claimAll = async (own: string[]): Promise<void> => {
      for (let left = own; left.length > 0; )
        left = await committing(async (client) => {
          const rows = await claim(client, left)
          const mine = rows.filter((row) => row.claim === 'claimed').map(({ id }) => id)
          const keys = [...new Set(mine.map(keyOf))]
          expect(keys.filter((key) => working.has(key))).toEqual([])
          for (const key of keys) working.add(key)
          await client.query(`UPDATE webhook_events SET status = 'processed' WHERE id = ANY ($1)`, [mine])
          done.push(...mine)
          for (const key of keys) working.delete(key)
          return rows.filter((row) => row.claim === 'busy').map(({ id }) => id)
        })
    }
    const keyOf = (id: string): string => `key ${ids.indexOf(id) % 12}`

    // Two lanes claim every row, and many claim every key.
    const wantedBy = (lane: number) => ids.filter((_, index) => [index % 16, (index + 5) % 16].includes(lane))
    await Promise.all(Array.from({ length: 16 }, (_, lane) => claimAll(wantedBy(lane))))

    expect(done.sort()).toEqual([...ids].sort())
    expect(await query(`SELECT FROM webhook_events WHERE status <> 'processed'`)).toEqual([])
  }))
