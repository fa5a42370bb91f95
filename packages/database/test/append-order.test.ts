import { expect, test } from '@jest/globals'
import { createRandom, shuffle, withPostgres } from '@sluice/testing'
import { createInbox } from '../src/inbox/index.ts'
import { connect } from '../src/pool.ts'

/** Guarantees that a storm of the same events at two ingests is told as what it is, and not as an outage. */
test('two inboxes that append the same events in other orders never deadlock', () =>
  withPostgres(async ({ roleUrl }) => {
    const pools = [1, 2].map(() => connect(roleUrl('sluice_ingest')))
    const random = createRandom('append order')
    try {
      for (let round = 0; round < 4; round += 1) {
        const events = Array.from({ length: 400 }, (_, index) => event(`evt_${round}_${index}`))
        const appended = await Promise.all(
          pools.flatMap((pool) => {
            const inbox = createInbox(pool)
            return shuffle(events, random).map((one) => inbox.append(one))
          }),
        )
        expect(appended.filter(({ duplicate }) => !duplicate)).toHaveLength(400)
      }
    } finally {
      await Promise.all(pools.map((pool) => pool.end()))
    }
  }))

const event = (eventId: string) => ({
  ...{ provider: 'stripe', eventId, type: 'invoice.paid', account: null, livemode: true, apiVersion: null },
  ...{ orderingKey: 'key', customerId: null, subscriptionId: null, occurredAt: null, headers: {} },
  rawBody: Buffer.from('{}'),
})
