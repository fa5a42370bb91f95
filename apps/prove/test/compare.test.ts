import { expect, test } from '@jest/globals'
import { COMPARABLE } from '@sluice/database/comparable-rows'
import { connect, type Pool } from '@sluice/database/pool'
import { withPostgres } from '@sluice/testing'
import { compare } from '../src/check/compare.ts'

const withTwo = (use: (real: Pool, reference: Pool) => Promise<void>) =>
  withPostgres(({ url: one }) =>
    withPostgres(async ({ url: other }) => {
      const pools = [connect(one), connect(other)] as const
      try {
        await use(...pools)
      } finally {
        await Promise.all(pools.map((pool) => pool.end()))
      }
    }),
  )

const EVENT = `INSERT INTO webhook_events (provider, event_id, type, ordering_key, status) VALUES ('stripe', 'evt_1', 't', 'k', `
const EFFECT = 'INSERT INTO outbox_messages (effect_key, kind, payload) VALUES '

test('every table that follows from events is compared', () => {
  expect(COMPARABLE).toEqual(expect.arrayContaining(['webhook_events', 'users', 'ledger_entries', 'payments']))
  expect(COMPARABLE).not.toContain('notifications')
})

test('ids, times and progress of effects may differ, the rest may not', () =>
  withTwo(async (real, reference) => {
    await reference.query(`${EVENT} 'received'); DELETE FROM webhook_events`) // other ids from now on
    for (const pool of [real, reference]) await pool.query(`${EVENT} 'processed')`)
    for (const pool of [real, reference]) await pool.query(`${EFFECT} ('receipt:1', 'receipt', '{}')`)
    await real.query(`UPDATE outbox_messages SET status = 'done', attempts = 3, error = 'x', done_at = now()`)
    await real.query(`${EFFECT} ('features:1', 'features.invalidate', '{}')`)
    expect(await compare(real, reference)).toEqual({ missing: [], extra: [] })

    await reference.query(`INSERT INTO users (id) VALUES ('user_1')`)
    await real.query(`UPDATE outbox_messages SET payload = '{"a": 1}' WHERE kind = 'receipt'`)
    const { missing, extra } = await compare(real, reference)
    expect([missing.map(tableOf), extra.map(tableOf)]).toEqual([['outbox_messages', 'users'], ['outbox_messages']])
  }))

test('an event that must fail may be in the inbox as failed, and in no other way', () =>
  withTwo(async (real, reference) => {
    await real.query(`${EVENT} 'failed')`)
    expect(await compare(real, reference, ['evt_1'])).toEqual({ missing: [], extra: [] })
    expect((await compare(real, reference)).extra).toHaveLength(1)
    await real.query(`UPDATE webhook_events SET status = 'processed'`)
    expect((await compare(real, reference, ['evt_1'])).extra).toHaveLength(1)
  }))

const tableOf = (row: string) => row.split(' ')[0]
