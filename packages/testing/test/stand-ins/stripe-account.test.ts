import { describe, expect, test } from '@jest/globals'
import { type AccountHistory, type ApiObject, accountHistory } from '@sluice/simulator'
import { type TestStripe, withStripe } from '../../src/stand-ins/index.ts'

const UNTIL = Date.UTC(2026, 10, 20) / 1000
const HOUR = 3_600
const MOMENT = new Date((UNTIL - HOUR) * 1000)
const CONNECTED = 'acct_1Connected'

const made = accountHistory({
  seed: 'an account',
  customers: 150,
  until: UNTIL,
  busyFor: HOUR,
  accounts: [CONNECTED],
})
const users = [...made.users()]
/** Made once for all tests. */
const history: AccountHistory = { ...made, users: () => users.values() }

const LISTS = {
  product: '/v1/products',
  customer: '/v1/customers',
  subscription: '/v1/subscriptions?status=all',
  invoice: '/v1/invoices',
  invoice_payment: '/v1/invoice_payments',
  payment_intent: '/v1/payment_intents',
  charge: '/v1/charges',
  refund: '/v1/refunds',
  dispute: '/v1/disputes',
  credit_note: '/v1/credit_notes',
  'checkout.session': '/v1/checkout/sessions',
}

interface Listed {
  id: string
  created: number
  [field: string]: unknown
}

const withAccount = (use: (stripe: TestStripe) => Promise<void>) =>
  withStripe(async (stripe) => {
    stripe.fill(history, MOMENT)
    await use(stripe)
  })

async function get({ env }: TestStripe, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(env.STRIPE_API_BASE + path, {
    headers: { authorization: `Bearer ${env.STRIPE_API_KEY}`, ...headers },
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

async function listAll(stripe: TestStripe, path: string, limit = 100, headers: Record<string, string> = {}) {
  const objects: Listed[] = []
  for (let after = ''; ; after = `&starting_after=${objects.at(-1)?.id}`) {
    const { body } = await get(stripe, `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${after}`, headers)
    expect(body).toMatchObject({ object: 'list', url: path.replace(/\?.*/, '') })
    objects.push(...body.data)
    if (!body.has_more) return objects
    expect(body.data).toHaveLength(limit)
  }
}

/** The newest state of every object of a type and account at the moment. */
function objectsOf({ catalogue, users }: AccountHistory, type: string, account: string | null): Map<string, ApiObject> {
  const objects = new Map<string, ApiObject>()
  for (const changes of [catalogue, ...[...users()].map((user) => user.changes)])
    for (const change of changes)
      if (change.event.at <= MOMENT && change.account === account)
        for (const object of change.objects) if (object.object === type) objects.set(object.id, object)
  return objects
}

describe('an account', () => {
  test.each(Object.entries(LISTS))('lists every %s once, newest first, whatever the limit', (type, path) =>
    withAccount(async (stripe) => {
      const expected = objectsOf(history, type, null)
      const listed = await listAll(stripe, path)
      expect(expected.size).toBeGreaterThan(0)
      expect(new Map(listed.map((object) => [object.id, object]))).toEqual(expected)
      expect(listed).toHaveLength(expected.size)
      const seconds = listed.map(({ created }) => created)
      expect(seconds).toEqual(seconds.toSorted((one, other) => other - one))
      expect(await listAll(stripe, path, 7)).toEqual(listed)
    }),
  )

  test('of a platform has connected accounts, whose objects only they see', () =>
    withAccount(async (stripe) => {
      expect((await listAll(stripe, '/v1/accounts')).map(({ id }) => id)).toEqual([CONNECTED])
      const theirs = await listAll(stripe, '/v1/customers', 100, { 'stripe-account': CONNECTED })
      const ids = theirs.map(({ id }) => id).sort()
      expect(ids).toEqual([...objectsOf(history, 'customer', CONNECTED).keys()].sort())
      expect(ids.length).toBeGreaterThan(0)
      expect((await get(stripe, `/v1/customers/${ids[0]}`)).status).toBe(404)
    }))

  test('hides canceled subscriptions and archived prices unless they are asked for', () =>
    withAccount(async (stripe) => {
      const statuses = async (query: string) =>
        [...new Set((await listAll(stripe, `/v1/subscriptions${query}`)).map(({ status }) => status))].sort()
      const all = 'active canceled incomplete incomplete_expired past_due paused trialing unpaid'.split(' ')
      expect(await statuses('?status=all')).toEqual(all)
      expect(await statuses('')).toEqual(all.filter((status) => status !== 'canceled'))
      expect(await statuses('?status=ended')).toEqual(['canceled', 'incomplete_expired'])
      expect(await statuses('?status=unpaid')).toEqual(['unpaid'])
      expect(await listAll(stripe, '/v1/prices')).toHaveLength(3)
      expect(await listAll(stripe, '/v1/prices?active=false')).toMatchObject([{ id: 'price_basic_monthly' }])
    }))

  test('has a charge and an intent for every payment of an invoice, and an invoice for every payment', () =>
    withAccount(async (stripe) => {
      const payments = await listAll(stripe, '/v1/invoice_payments?expand[]=data.payment.payment_intent.latest_charge')
      expect(new Set(payments.map(({ status }) => status))).toEqual(new Set(['paid', 'open', 'canceled']))
      const ends: Record<string, string> = { paid: 'succeeded', open: 'requires_payment_method', canceled: 'canceled' }
      for (const payment of payments) {
        const { amount_requested: amount, invoice, status } = payment
        const charge = { amount, status: status === 'paid' ? 'succeeded' : 'failed' }
        expect(payment).toMatchObject({
          payment: { payment_intent: { status: ends[`${status}`], latest_charge: charge } },
        })
        const [only, ...others] = await listAll(stripe, `/v1/invoice_payments?invoice=${invoice}`)
        expect([only?.id, others]).toEqual([payment.id, []])
      }
      const paid = (await listAll(stripe, '/v1/invoices?status=paid')).filter(
        ({ amount_paid }) => Number(amount_paid) > 0,
      )
      const invoices = payments.filter(({ status }) => status === 'paid').map(({ invoice }) => `${invoice}`)
      expect(invoices.sort()).toEqual(paid.map(({ id }) => id).sort())
    }))

  test('answers about a part of its objects, and with objects in the place of ids', () =>
    withAccount(async (stripe) => {
      const invoices = await listAll(stripe, '/v1/invoices?status=paid&expand[]=data.customer&expand[]=data.payments')
      const invoice = invoices.find(({ amount_paid }) => amount_paid !== 0)
      expect(invoice).toMatchObject({
        customer: { object: 'customer' },
        payments: { data: [{ object: 'invoice_payment' }] },
      })
      const id = (invoice?.['customer'] as { id: string } | undefined)?.id
      const ofCustomer = await listAll(stripe, `/v1/invoices?customer=${id}`)
      expect(ofCustomer.every(({ customer }) => customer === id) && ofCustomer.length > 0).toBe(true)
      expect(await listAll(stripe, `/v1/invoices/${invoice?.id}/lines`)).toMatchObject([{ object: 'line_item' }])
      const since = `created[gte]=${invoice?.created}&created[lt]=${Number(invoice?.created) + 1}`
      expect((await listAll(stripe, `/v1/invoices?${since}`)).map((one) => one.id)).toContain(invoice?.id)

      const [entitled] = objectsOf(history, 'entitlements.active_entitlement_summary', null).keys()
      const features = await listAll(stripe, `/v1/entitlements/active_entitlements?customer=${entitled}`)
      expect(features.map(({ lookup_key }) => lookup_key)).toEqual(['exports', 'teams'])
    }))

  test.each([
    ['/v1/invoices?limit=101', 400, 'parameter_invalid_integer'],
    ['/v1/invoices?state=paid', 400, 'parameter_unknown'],
    ['/v1/invoices?starting_after=in_none', 400, 'resource_missing'],
    ['/v1/invoices?expand[]=data.nothing', 400, undefined],
    ['/v1/entitlements/active_entitlements', 400, 'parameter_missing'],
    ['/v1/customers/cus_none', 404, 'resource_missing'],
  ])('refuses %s with %i', (path, status, code) =>
    withAccount(async (stripe) => {
      const refused = await get(stripe, path)
      expect(refused).toMatchObject({ status, body: { error: { type: 'invalid_request_error' } } })
      expect(refused.body.error.code).toBe(code)
    }),
  )

  test('refuses requests over its rate, and those that a restricted key may not make', () =>
    withAccount(async (stripe) => {
      stripe.limitRate({ perSecond: 5, retryAfter: 1 })
      const answers = await Promise.all(Array.from({ length: 8 }, () => get(stripe, '/v1/products')))
      const refused = answers.filter(({ status }) => status === 429)
      expect(refused).toHaveLength(3)
      expect(refused[0]?.body).toMatchObject({ error: { type: 'invalid_request_error', code: 'rate_limit' } })
      expect(refused[0]?.headers.get('retry-after')).toBe('1')
      stripe.limitRate(null)
      expect((await get(stripe, '/v1/products')).status).toBe(200)
      expect(stripe.perSecond().reduce((sum, count) => sum + count)).toBe(9)

      stripe.forbid('/v1/disputes')
      const forbidden = await get(stripe, '/v1/disputes?limit=1')
      expect(forbidden).toMatchObject({ status: 403, body: { error: { type: 'invalid_request_error' } } })
      expect(forbidden.body.error.message).toContain("Having the 'rak_dispute_read' permission would allow")
      expect((await get(stripe, '/v1/refunds')).status).toBe(200)
    }))

  test('fails at one path alone, every second time, and in the middle of a body', () =>
    withAccount(async (stripe) => {
      stripe.failWith({ status: 500, path: '/v1/charges', every: 2 })
      const statuses = []
      for (const path of ['/v1/charges', '/v1/refunds', '/v1/charges', '/v1/charges', '/v1/charges'])
        statuses.push((await get(stripe, path)).status)
      expect(statuses).toEqual([200, 200, 500, 200, 500])
      stripe.failWith({ down: 'in the body', times: 1 })
      await expect(get(stripe, '/v1/charges')).rejects.toThrow()
      expect((await get(stripe, '/v1/charges')).status).toBe(200)
    }))

  test('changes as its events say, and is then as if it had never been otherwise', () =>
    withStripe(async (stripe) => {
      const { later } = stripe.fill(history, MOMENT)
      expect(later.length).toBeGreaterThan(100)
      const before = await listAll(stripe, '/v1/subscriptions?status=all')
      await stripe.happen(later)
      const after = await listAll(stripe, '/v1/subscriptions?status=all')
      expect(after).not.toEqual(before)
      const whole = await withStripe(async (other) => {
        expect(other.fill(history, new Date(UNTIL * 1000)).later).toEqual([])
        return listAll(other, '/v1/subscriptions?status=all')
      })
      expect(new Set(after)).toEqual(new Set(whole))
    }))

  test('deletes objects: a customer can still be retrieved, and is in no list', () =>
    withStripe(async (stripe) => {
      stripe.put({ id: 'cus_1', object: 'customer', created: 1 })
      stripe.put({ id: 'cus_1', object: 'customer', deleted: true })
      stripe.put({ id: 'prod_1', object: 'product', deleted: true })
      expect(await listAll(stripe, '/v1/customers')).toEqual([])
      expect((await get(stripe, '/v1/customers/cus_1')).body).toEqual({
        id: 'cus_1',
        object: 'customer',
        deleted: true,
      })
      expect((await get(stripe, '/v1/products/prod_1')).status).toBe(404)
    }))

  test('shows the first ten parts of an object, and the others in a list of their own', () =>
    withStripe(async (stripe) => {
      const lines = Array.from({ length: 12 }, (_, index) => ({ id: `il_${index}`, object: 'line_item' }))
      const list = { object: 'list', data: lines, has_more: false, url: '/v1/invoices/in_1/lines' }
      stripe.put({ id: 'in_1', object: 'invoice', created: 1, lines: list })
      const { body } = await get(stripe, '/v1/invoices/in_1')
      expect([body.lines.data.length, body.lines.has_more]).toEqual([10, true])
      expect(await listAll(stripe, '/v1/invoices/in_1/lines', 5)).toEqual(lines)
    }))
})
