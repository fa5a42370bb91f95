import { describe, expect, test } from '@jest/globals'
import { invoiceObject } from '@sluice/simulator'
import type { StripeObject } from '@sluice/testing/stand-ins'
import { CREATED, customer, entitlement, subscription, summary, withAccount } from './imported-account.ts'
import { jsonOf, sluice } from './sluice.ts'

const NO_DATABASE = { DATABASE_URL: 'postgres://127.0.0.1:1/none' }

const method: StripeObject = {
  id: 'pm_1',
  object: 'payment_method',
  type: 'card',
  customer: 'cus_1',
  card: { brand: 'visa', last4: '4242', exp_month: 1, exp_year: 2030 },
  created: CREATED,
  livemode: false,
}

const intent = { amount: 1_900, currency: 'usd', customer: 'cus_1', created: CREATED, livemode: false }

/** One of each kind. */
const ACCOUNT: StripeObject[] = [
  { id: 'prod_1', object: 'product', name: 'Pro', active: true, created: CREATED, livemode: false },
  {
    id: 'price_1',
    object: 'price',
    product: 'prod_1',
    unit_amount: 1_900,
    currency: 'usd',
    active: true,
    created: CREATED,
    livemode: false,
  },
  {
    id: 'price_2',
    object: 'price',
    product: 'prod_1',
    unit_amount: 900,
    currency: 'usd',
    active: false,
    created: CREATED,
    livemode: false,
  },
  method,
  customer('cus_1', { invoice_settings: { default_payment_method: 'pm_1' } }),
  subscription('sub_1', 'cus_1', 'active'),
  summary('cus_1', entitlement),
  invoiceObject({
    id: 'in_1',
    customerId: 'cus_1',
    subscriptionId: 'sub_1',
    status: 'paid',
    amount: 1_900,
    created: CREATED,
  }) as StripeObject,
  {
    id: 'inpay_1',
    object: 'invoice_payment',
    invoice: 'in_1',
    status: 'paid',
    amount_paid: 1_900,
    currency: 'usd',
    created: CREATED,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: 'pi_1' },
    status_transitions: { paid_at: CREATED, canceled_at: null },
  },
  {
    id: 'cs_1',
    object: 'checkout.session',
    mode: 'payment',
    status: 'complete',
    payment_status: 'paid',
    customer: 'cus_1',
    payment_intent: 'pi_2',
    amount_total: 1_900,
    currency: 'usd',
    created: CREATED,
    livemode: false,
  },
  {
    ...intent,
    id: 'pi_2',
    object: 'payment_intent',
    status: 'succeeded',
    amount_received: 1_900,
    latest_charge: 'ch_2',
  },
  { ...intent, id: 'pi_3', object: 'payment_intent', status: 'requires_payment_method', latest_charge: null },
  {
    ...intent,
    id: 'ch_2',
    object: 'charge',
    status: 'succeeded',
    captured: true,
    payment_intent: 'pi_2',
    amount_captured: 1_900,
    amount_refunded: 500,
  },
  {
    id: 're_1',
    object: 'refund',
    status: 'succeeded',
    charge: 'ch_2',
    payment_intent: 'pi_2',
    amount: 500,
    currency: 'usd',
    created: CREATED,
  },
  {
    id: 'dp_1',
    object: 'dispute',
    status: 'lost',
    charge: 'ch_2',
    amount: 100,
    currency: 'usd',
    created: CREATED,
    livemode: false,
  },
  {
    id: 'cn_1',
    object: 'credit_note',
    invoice: 'in_1',
    customer: 'cus_1',
    status: 'issued',
    amount: 100,
    currency: 'usd',
    created: CREATED,
    livemode: false,
  },
]

describe('import stripe', () => {
  test.each([
    ['without a key', {}, [], 'STRIPE_API_KEY is not set'],
    [
      'with a name that is none',
      { STRIPE_API_KEY: 'sk_1' },
      ['--only', 'customers,coupons'],
      'customers, subscriptions',
    ],
    ['with a time that is none', { STRIPE_API_KEY: 'sk_1' }, ['--since', 'long ago'], 'It should be like 30m'],
  ])('asks nobody %s, with exit code 2', async (_case, env, args, line) => {
    const { exitCode, output } = await sluice(['import', 'stripe', ...args], { ...NO_DATABASE, ...env })
    expect(output).toContain(line)
    expect(exitCode).toBe(2)
  })

  test('records each object as an event of its own, and a second time nothing', () =>
    withAccount(ACCOUNT, async ({ bringIn, imported, client }) => {
      const [first] = jsonOf(await bringIn('--json'))
      expect((await imported()).sort()).toEqual(
        [
          ...['charge.ch_2', 'checkout_session.cs_1', 'credit_note.cn_1', 'customer.cus_1', 'dispute.dp_1'],
          ...['entitlement_summary.cus_1', 'invoice.in_1', 'invoice_payment.inpay_1', 'payment_intent.pi_2'],
          ...['payment_method.pm_1', 'price.price_1', 'price.price_2', 'product.prod_1', 'refund.re_1'],
          'subscription.sub_1',
        ].sort(),
      )
      expect(first).toMatchObject({ failed: 0, refused: [], stopped: false, waiting: 15 })
      const { rows } = await client.query(`SELECT type, account, livemode, customer_id, headers, status,
        convert_from(raw_body, 'UTF8')::jsonb #>> '{data,object,id}' AS object FROM webhook_events WHERE type = 'import.refund'`)
      expect(rows).toEqual([
        {
          type: 'import.refund',
          account: null,
          livemode: false, // the refund itself does not say it
          customer_id: null,
          headers: { 'sluice-fetched-for': 'import' },
          status: 'received',
          object: 're_1',
        },
      ])

      const [second] = jsonOf(await bringIn('--json'))
      expect(await imported()).toHaveLength(15)
      expect(second.lists.customers).toEqual({ listed: 1, added: 0, unchanged: 2 })
    }))
})
