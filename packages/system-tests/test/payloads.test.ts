import { expect, test } from '@jest/globals'
import { withStack } from '@sluice/testing'
import { refusedStripePayloads, replicatePayloads, stripePayloads, thinPayloads } from '@sluice/testing/payloads'
import { afterSending } from './support/send-payloads.ts'
import { send } from './support/stack.ts'

/** Without a key for Stripe, these thin events alone lead to their snapshot events, which need no object. */
const ABOUT_THE_ACCOUNT = thinPayloads().filter(({ name }) => name.startsWith('v1.account.application.'))

test('every documented payload is answered 200 and ends processed or ignored, at the first attempt', () =>
  afterSending([...stripePayloads(), ...thinPayloads()], replicatePayloads(), async (results) => {
    const { events, statuses, rows, deadLetters } = results
    expect(statuses).toEqual(events.map(() => 200))
    expect(rows).toHaveLength(events.length + ABOUT_THE_ACCOUNT.length)
    expect(rows.filter(({ status }) => status !== 'processed' && status !== 'ignored')).toEqual([])
    expect(rows.filter(({ attempts }) => attempts > 0)).toEqual([])
    expect(deadLetters).toEqual([])
    expect(rows.filter(({ status }) => status === 'processed').length).toBeGreaterThan(300)
  }))

test('a body that is no event is refused, and leaves no row', () =>
  withStack({ workers: 0 }, async (stack) => {
    for (const { name, body } of refusedStripePayloads()) {
      const sent = { provider: 'stripe', id: 'evt_1', type: '', at: new Date(), body: String(body) } as const
      const answer = await send(stack, sent)
      expect([name, answer.status, answer.body]).toEqual([name, 400, { error: 'invalid_payload' }])
    }
    expect(await stack.query('SELECT FROM webhook_events')).toEqual([])
  }))
