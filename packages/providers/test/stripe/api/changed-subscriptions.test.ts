import { describe, expect, test } from '@jest/globals'
import type { LateSubscription } from '@sluice/events'
import { MONTHLY, subscriptionObject } from '@sluice/simulator'
import { type TestStripe, withStripe } from '@sluice/testing/stand-ins'
import { changedSubscriptions, createStripeApi } from '../../../src/stripe/api/index.ts'

const END = 1_767_600_000
const KNOWN: LateSubscription = {
  subscriptionId: 'sub_1',
  account: null,
  livemode: false,
  status: 'active',
  periodEnd: new Date(END * 1000),
}

const subscription = (status: string, periodEnd = END) =>
  subscriptionObject({ id: 'sub_1', customerId: 'cus_1', status, created: 1, periodEnd, price: MONTHLY })

async function changed({ env }: TestStripe, ...known: LateSubscription[]) {
  const api = createStripeApi({ key: env.STRIPE_API_KEY, base: env.STRIPE_API_BASE, timeoutMs: 5_000 })
  const pages = []
  for await (const page of changedSubscriptions(api, known)) pages.push(page)
  return pages
}

describe('a subscription whose period is over', () => {
  test('and that has ended meanwhile is returned as the event that should have reported it', () =>
    withStripe(async (stripe) => {
      const date = new Date('2026-02-01T00:00:00Z')
      stripe.setDate(date)
      stripe.put(subscription('canceled'))
      expect(await changed(stripe, KNOWN)).toMatchObject([
        [
          {
            eventId: `fetch-sub_1-${date.getTime() / 1000}`,
            type: 'customer.subscription.updated',
            subscriptionId: 'sub_1',
            livemode: false,
            occurredAt: date,
            headers: { 'sluice-fetched-for': 'reconcile' },
          },
        ],
      ])
    }))

  test.each([
    ['that renewed', subscription('active', END + 1), 1],
    [
      'that renewed, in the shape of before 2025-03-31',
      { id: 'sub_1', object: 'subscription', status: 'active', current_period_end: END + 1 },
      1,
    ],
    ['that stands as it did', subscription('active'), 0],
    ['that has no period', { id: 'sub_1', object: 'subscription', status: 'active' }, 0],
    ['that is none', { id: 'sub_1', object: 'subscription' }, 0],
    ['that Stripe does not know', { id: 'sub_2', object: 'subscription' }, 0],
  ])('and %s', (_which, object, events) =>
    withStripe(async (stripe) => {
      stripe.put(object)
      expect((await changed(stripe, KNOWN)).flat()).toHaveLength(events)
    }),
  )

  test('and whose account does not let us ask is left out', () =>
    withStripe(async (stripe) => {
      stripe.put(subscription('canceled'), 'acct_1')
      stripe.put(subscription('canceled'), 'acct_2')
      stripe.refuse('acct_1')
      const of = (account: string) => ({ ...KNOWN, account })
      expect((await changed(stripe, of('acct_1'), of('acct_2'))).map(({ length }) => length)).toEqual([0, 1])
    }))

  test('cannot be asked for with a key that is refused', () =>
    withStripe(async (stripe) => {
      stripe.failWith({ status: 401 })
      await expect(changed(stripe, KNOWN)).rejects.toMatchObject({ code: 'stripe_refused' })
    }))
})
