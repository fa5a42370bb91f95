import { describe, expect, test } from '@jest/globals'
import { importEventId, RefusalError, type VerifiedEvent } from '@sluice/events'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { appendImported, type Importable } from '../../src/import/index.ts'
import { appendRows } from '../../src/inbox/append-rows.ts'
import { connect } from '../../src/sql/pool.ts'
import { received } from '../received.ts'

const hour = (at: number) => new Date(Date.UTC(2026, 10, 20, at))

/** A subscription that says this at this hour. */
const says = (digest: string, at: number, fields: Partial<Importable> = {}): Importable => ({
  name: 'subscription.sub_1',
  id: 'sub_1',
  kind: 'subscription',
  digest: digest.repeat(64),
  account: null,
  livemode: true,
  at: hour(at),
  ...fields,
})

function eventOf({ name, digest, account, livemode, at }: Importable, repeat: number): VerifiedEvent {
  const eventId = importEventId({ digest, object: name, repeat })
  return {
    ...received(eventId),
    type: 'import.subscription',
    account,
    livemode,
    occurredAt: at,
    subscriptionId: 'sub_1',
  }
}

const withInbox = (use: (pool: Pool, add: (...objects: Importable[]) => Promise<number>) => Promise<void>) =>
  withPostgres(async ({ url }) => {
    const pool = connect(url, { max: 4 })
    try {
      await use(pool, async (...objects) => (await appendImported(pool, objects, eventOf)).added.length)
    } finally {
      await pool.end()
    }
  })

describe('an imported object', () => {
  test('is recorded when it is new or has changed, also back to what it was', () =>
    withInbox(async (pool, add) => {
      expect(await add(says('a', 1))).toBe(1)
      expect(await add(says('a', 2))).toBe(0)
      expect(await add(says('b', 3))).toBe(1)
      expect(await add(says('a', 4))).toBe(1)
      expect(await add(says('a', 5))).toBe(0)
      const { rows } = await pool.query('SELECT silent, count(*)::int AS count FROM webhook_events GROUP BY 1')
      expect(rows).toEqual([{ silent: true, count: 3 }])
    }))

  test('is recorded again after a webhook that came between, and not before it', () =>
    withInbox(async (pool, add) => {
      await add(says('a', 1))
      const webhook = { ...received('evt_1'), type: 'customer.subscription.updated', subscriptionId: 'sub_1' }
      await appendRows(pool, [{ ...webhook, occurredAt: hour(3) }])
      expect(await add(says('a', 2))).toBe(0)
      expect(await add(says('a', 4))).toBe(1)
      expect(await add(says('a', 5))).toBe(0)
    }))

  test('is another one in another account or mode', () =>
    withInbox(async (_pool, add) => {
      await add(says('a', 1))
      expect(await add(says('b', 1, { account: 'acct_1' }))).toBe(1)
      expect(await add(says('c', 1, { livemode: false }))).toBe(1)
      expect(await add(says('a', 2))).toBe(0)
    }))

  test('is recorded once if a page names it twice', () =>
    withInbox(async (_pool, add) => {
      expect(await add(says('a', 1), says('a', 1))).toBe(1)
    }))

  test('with an id that no row can have is named, and the others are recorded', () =>
    withInbox(async (pool) => {
      const refuse = (one: Importable, repeat: number) => {
        if (one.name === 'product.bad') throw new RefusalError('invalid_payload', 'bad_identifier')
        return eventOf(one, repeat)
      }
      const { added, refused } = await appendImported(
        pool,
        [says('a', 1, { name: 'product.bad' }), says('a', 1)],
        refuse,
      )
      expect(refused).toEqual(['product.bad'])
      expect(added).toHaveLength(1)
    }))
})
