import { expect, test } from '@jest/globals'
import { invoiceObject, MONTHLY, stripeEvent, subscriptionObject } from '@sluice/simulator'
import { eventually, withStack } from '@sluice/testing'
import { withStripe } from '@sluice/testing/stand-ins'
import { watchRoles } from './support/imported-account.ts'
import { sendAll } from './support/stack.ts'

const now = Math.floor(Date.now() / 1000)

const subscription = (user: string, status: string) =>
  subscriptionObject({
    ...{ id: `sub_${user}`, customerId: `cus_${user}`, status, price: MONTHLY },
    ...{ created: now - 86_400, periodEnd: now + 86_400 },
  })

const paid = (user: string, billingReason: string) => {
  const customer = { customerId: `cus_${user}`, subscriptionId: `sub_${user}` }
  const invoice = { id: `in_${user}`, ...customer, status: 'paid', amount: MONTHLY.amount, created: now } as const
  return stripeEvent('invoice.paid', invoiceObject({ ...invoice, billingReason }), {
    id: `evt_${user}`,
    created: now,
  })
}

/** Guarantees that the late payment of a subscription that has ended gives no access, not for a second. */
test('with an API key Stripe is asked before a renewal gives access, and a first payment gives it at once', () =>
  withStripe((stripe) =>
    withStack({ env: { ...stripe.env, SWEEP_INTERVAL_MS: '300' } }, async (stack) => {
      await stack.query(`INSERT INTO users (id, stripe_customer_id)
        SELECT id, 'cus_' || id FROM unnest(ARRAY['ended', 'renewed', 'new', 'elsewhere']) AS id`)
      await watchRoles(stack)
      stripe.put(subscription('ended', 'canceled'))
      stripe.put(subscription('renewed', 'active'))
      const renewals = ['ended', 'renewed', 'elsewhere'].map((user) => paid(user, 'subscription_cycle'))
      await sendAll(stack, [...renewals, paid('new', 'subscription_create')])

      await eventually(async () =>
        expect(await stack.query('SELECT stripe_subscription_id AS id, status FROM subscriptions ORDER BY 1')).toEqual([
          { id: 'sub_elsewhere', status: 'active' },
          { id: 'sub_ended', status: 'canceled' },
          { id: 'sub_new', status: 'active' },
          { id: 'sub_renewed', status: 'active' },
        ]),
      )
      const changes = () => stack.query('SELECT user_id, is_now FROM role_changes ORDER BY 1')
      const gains = ['elsewhere', 'new', 'renewed'].map((user) => ({ user_id: user, is_now: 'PREMIUM' }))
      // Stripe does not have the one of `elsewhere`: its payment counts by itself.
      await eventually(async () => expect(await changes()).toEqual(gains))
      expect(stripe.paths()).not.toContain('/v1/subscriptions/sub_new')
    }),
  ))
