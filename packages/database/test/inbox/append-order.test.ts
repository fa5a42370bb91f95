import { expect, test } from '@jest/globals'
import { eventually, withPostgres } from '@sluice/testing'
import { appendRows } from '../../src/inbox/append-rows.ts'
import { connect } from '../../src/sql/pool.ts'

/** Guarantees that a storm of the same events at two ingests is told as what it is, and not as an outage. */
test('two groups that hold the same events in other orders never deadlock', () =>
  withPostgres(async ({ url, roleUrl }) => {
    const owner = connect(url)
    const ingests = [1, 2].map(() => connect(roleUrl('sluice_ingest')))
    const blocker = await owner.connect()
    try {
      // Both groups stop in the middle, at a row that a third transaction holds.
      await blocker.query('BEGIN')
      await appendRows(blocker, [event('evt_m')])
      const orders = [
        ['evt_a', 'evt_m', 'evt_z'],
        ['evt_z', 'evt_m', 'evt_a'],
      ] as const
      const appending = ingests.map((pool, index) => appendRows(pool, (orders[index] ?? []).map(event)))
      await eventually(async () => {
        const { rows } = await owner.query('SELECT 1 FROM pg_locks WHERE NOT granted')
        expect(rows).toHaveLength(2)
      })
      await blocker.query('ROLLBACK')

      const appended = (await Promise.all(appending)).flat()
      expect(appended.filter(({ duplicate }) => !duplicate)).toHaveLength(3)
    } finally {
      blocker.release()
      await Promise.all([owner, ...ingests].map((pool) => pool.end()))
    }
  }))

const event = (eventId: string) => ({
  ...{ provider: 'stripe', eventId, type: 'invoice.paid', account: null, livemode: true, apiVersion: null },
  ...{ orderingKey: 'key', customerId: null, subscriptionId: null, occurredAt: null, headers: {} },
  rawBody: Buffer.from('{}'),
})
