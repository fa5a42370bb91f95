import { describe, expect, test } from '@jest/globals'
import { providers } from '@sluice/providers'
import { sampleEvent } from '@sluice/sending'
import { eventually } from '@sluice/testing'

const SECRET = 'whsec_dGhlIHNlY3JldCBvZiBhIHRlc3Qgb2Ygc2FtcGxlcw=='

const TYPES = [
  ['stripe', 'checkout.session.completed'],
  ['stripe', 'customer.subscription.created'],
  ['stripe', 'customer.subscription.updated'],
  ['stripe', 'customer.subscription.deleted'],
  ['stripe', 'invoice.paid'],
  ['stripe', 'invoice.payment_succeeded'],
  ['stripe', 'invoice.payment_failed'],
  ['stripe', 'charge.refunded'],
  ['stripe', 'charge.dispute.closed'],
  ['stripe', 'customer.subscription.trial_will_end'],
  ['stripe', 'invoice.upcoming'],
  ['stripe', 'account.application.deauthorized'],
  ['stripe', 'nothing.known'],
  ['replicate', 'prediction.starting'],
  ['replicate', 'prediction.processing'],
  ['replicate', 'prediction.succeeded'],
  ['replicate', 'prediction.failed'],
  ['replicate', 'prediction.canceled'],
  ['replicate', 'prediction.aborted'],
  ['replicate', 'prediction.queued'],
  ['replicate', 'training.succeeded'],
] as const

describe('a made-up event', () => {
  test.each(TYPES)('of %s is the %s that was asked for', async (name, type) => {
    const provider = providers.find((one) => one.name === name)
    const { id, body } = await sampleEvent(name, type, 'evt_1')
    const headers = provider?.sign(body, SECRET, { id }) ?? {}
    const event = provider?.verify({ headers, body: Buffer.from(body) }, [SECRET], { toleranceSeconds: 300 })
    expect(event).toMatchObject({ provider: name, eventId: 'evt_1', type })
  })

  test.each(TYPES)('of %s (%s) is the same for the same id, and another for another', async (name, type) => {
    // They are of now, and a second may end between the two.
    await eventually(async () =>
      expect(await sampleEvent(name, type, 'evt_1')).toEqual(await sampleEvent(name, type, 'evt_1')),
    )
    const { body } = await sampleEvent(name, type, 'evt_1')
    expect(body).not.toBe((await sampleEvent(name, type, 'evt_2')).body)
  })
})
