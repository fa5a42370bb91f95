import { describe, expect, jest, test } from '@jest/globals'
import { type SentEvent, stripeEvent } from '@sluice/simulator'
import { type TestStripe, withStripe } from '@sluice/testing/stand-ins'
import { createStripeApi, type SentWhen, sentEvents } from '../../../src/stripe/api/index.ts'

const SINCE = 1_000
const UNTIL = 2_000
const EVERYTHING: SentWhen = {
  since: new Date(SINCE * 1000),
  until: new Date(UNTIL * 1000),
  accounts: [],
  recorded: { firstWebhook: async () => null },
  handled: ['customer.updated'],
  refused: () => {},
  refusedEndpoints: () => {},
}

const accountsOf = (...accounts: string[]) => accounts.map((account) => ({ account, authorizedAt: null }))

const event = (id: string, created: number, type = 'customer.updated'): SentEvent =>
  stripeEvent(type, { id: 'cus_1', object: 'customer' }, { id, created })

const putEndpoint = (stripe: TestStripe, enabled_events: string[], url = 'https://a.example/webhooks/stripe') =>
  stripe.put({ id: `we_${enabled_events[0]}`, object: 'webhook_endpoint', url, enabled_events })

async function listed({ env }: TestStripe, when: Partial<SentWhen> = {}) {
  const api = createStripeApi({ key: env.STRIPE_API_KEY, base: env.STRIPE_API_BASE, timeoutMs: 5_000 })
  const pages = []
  for await (const page of sentEvents(api, { ...EVERYTHING, ...when })) pages.push(page)
  return pages
}

const idsOf = (pages: Awaited<ReturnType<typeof listed>>): string[] => pages.flat().map(({ eventId }) => eventId)

describe('what Stripe should have sent', () => {
  test('is every event of the time, page by page, newest first', () =>
    withStripe(async (stripe) => {
      const events = Array.from({ length: 250 }, (_, index) => event(`evt_${index}`, SINCE + index))
      stripe.record([event('evt_before', SINCE - 1), ...events, event('evt_after', UNTIL + 1)])
      const pages = await listed(stripe)

      expect(pages.map(({ length }) => length)).toEqual([100, 100, 50])
      expect(idsOf(pages)).toEqual(events.map(({ id }) => id).toReversed())
    }))

  test('equals the webhook, and its headers show that it was fetched', () =>
    withStripe(async (stripe) => {
      stripe.record([event('evt_1', SINCE)])
      expect((await listed(stripe)).flat()).toEqual([
        {
          provider: 'stripe',
          eventId: 'evt_1',
          type: 'customer.updated',
          account: null,
          livemode: false,
          apiVersion: expect.any(String),
          occurredAt: new Date(SINCE * 1000),
          orderingKey: 'stripe::cus_1',
          customerId: 'cus_1',
          subscriptionId: null,
          headers: { 'sluice-fetched-for': 'reconcile' },
          rawBody: Buffer.from(JSON.stringify(JSON.parse(event('evt_1', SINCE).body))),
          isPast: true,
        },
      ])
    }))

  test('has a type that our endpoints receive, whether or not deliveries succeed', () =>
    withStripe(async (stripe) => {
      stripe.record([event('evt_1', SINCE, 'invoice.paid'), event('evt_2', SINCE, 'invoice.sent')])
      stripe.record([event('evt_3', SINCE), event('evt_4', SINCE, 'price.created')])
      putEndpoint(stripe, ['price.created'], 'https://a.example/of/somebody/else')
      putEndpoint(stripe, ['product.created'], 'no address')
      expect(idsOf(await listed(stripe))).toEqual(['evt_3'])

      putEndpoint(stripe, ['invoice.paid'])
      putEndpoint(stripe, ['invoice.sent'], 'https://b.example/api/v1/webhooks/stripe')
      expect(idsOf(await listed(stripe))).toEqual(['evt_2', 'evt_1'])
      putEndpoint(stripe, ['*'])
      expect(idsOf(await listed(stripe))).toHaveLength(4)
    }))

  test('is not what ingest would have refused', () =>
    withStripe(async (stripe) => {
      stripe.record([event('evt_1', SINCE), event(`evt_${'x'.repeat(300)}`, SINCE)])
      expect(idsOf(await listed(stripe))).toEqual(['evt_1'])
    }))

  test('is of connected accounts too, in whose name it is asked for', () =>
    withStripe(async (stripe) => {
      const { body, ...rest } = event('evt_2', SINCE)
      stripe.record([event('evt_1', SINCE)])
      stripe.record([{ ...rest, body: JSON.stringify({ ...JSON.parse(body), account: 'acct_1' }) }])
      const events = (await listed(stripe, { accounts: accountsOf('acct_1', 'acct_2') })).flat()

      expect(events.map(({ eventId, account }) => [eventId, account])).toEqual([
        ['evt_1', null],
        ['evt_2', 'acct_1'],
      ])
      expect(stripe.requests.slice(1).map(({ account }) => account)).toEqual([null, 'acct_1', 'acct_2'])
    }))
})

describe('a Stripe that', () => {
  test('answers 429 is asked again', () =>
    withStripe(async (stripe) => {
      stripe.record([event('evt_1', SINCE)])
      stripe.failWith({ status: 429, times: 1 })
      expect(idsOf(await listed(stripe))).toEqual(['evt_1'])
    }))

  test('refuses is not asked again, and the error names what the key may not read', () =>
    withStripe(async (stripe) => {
      stripe.failWith({ status: 403 })
      const refusedEndpoints = jest.fn()
      await expect(listed(stripe, { refusedEndpoints })).rejects.toMatchObject({
        code: 'stripe_refused',
        forbidden: 'events',
      })
      expect(stripe.paths()).toEqual(['/v1/webhook_endpoints', '/v1/events'])
      expect(refusedEndpoints).toHaveBeenCalledTimes(1)
    }))

  test('does not know the key is asked nothing else', () =>
    withStripe(async (stripe) => {
      stripe.failWith({ status: 401 })
      await expect(listed(stripe)).rejects.toMatchObject({ code: 'stripe_refused', forbidden: null })
      expect(stripe.requests).toHaveLength(1)
    }))

  test('refuses the list of endpoints is asked for the events of handled types', () =>
    withStripe(async (stripe) => {
      stripe.record([event('evt_1', SINCE), event('evt_2', SINCE, 'price.created')])
      stripe.failWith({ status: 403, times: 1 })
      expect(idsOf(await listed(stripe))).toEqual(['evt_1'])
    }))

  test('refuses to speak of a connected account is asked of the others', () =>
    withStripe(async (stripe) => {
      stripe.record([event('evt_1', SINCE)])
      const refused: string[] = []
      stripe.refuse('acct_1')
      const when = { accounts: accountsOf('acct_1', 'acct_2'), refused: (account: string) => refused.push(account) }
      expect(idsOf(await listed(stripe, when))).toEqual(['evt_1'])
      expect(refused).toEqual(['acct_1'])
      expect(stripe.requests.at(-1)?.account).toBe('acct_2')
    }))
})
