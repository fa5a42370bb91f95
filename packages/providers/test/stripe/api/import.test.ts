import { describe, expect, test } from '@jest/globals'
import { readImportEventId } from '@sluice/events'
import { type StripeObject, type TestStripe, withStripe } from '@sluice/testing/stand-ins'
import {
  createStripeApi,
  IMPORT_LISTS,
  type ImportedObject,
  importEvent,
  paced,
  readList,
  type StripeApi,
  StripeApiError,
} from '../../../src/stripe/api/index.ts'

const NOON = new Date('2026-11-16T12:00:00Z')
const CREATED = NOON.getTime() / 1000 - 86_400
const ORIGIN = { account: null, livemode: false }

const apiOf = ({ env }: TestStripe): StripeApi =>
  createStripeApi({ key: env.STRIPE_API_KEY, base: env.STRIPE_API_BASE, timeoutMs: 10_000 })

const listOf = (name: string) => {
  const list = IMPORT_LISTS.find((one) => one.name === name)
  if (!list) throw new Error(name)
  return list
}

/** The answer of a list at noon. */
const read = (name: string, objects: StripeObject[], options: { account?: string; cursor?: string } = {}) =>
  withStripe(async (stripe) => {
    stripe.setDate(NOON)
    for (const object of objects) stripe.put(object, options.account)
    const imported: ImportedObject[] = []
    const { account = null, cursor = null } = options
    const pages = readList(apiOf(stripe), listOf(name), { ...ORIGIN, account, since: null, cursor })
    for await (const page of pages) imported.push(...page.imported)
    return imported
  })

const product = (fields: object = {}): StripeObject => ({
  id: 'prod_1',
  object: 'product',
  created: CREATED,
  livemode: false,
  name: 'Pro',
  ...fields,
})

describe('the time of an imported object', () => {
  test('is before every event of the second in which it was fetched, and after every event before', async () => {
    const [{ at } = { at: NOON }] = await read('products', [product()])
    expect(at.getTime() % 1000).toBe(999)
    expect(at.getTime()).toBeLessThan(NOON.getTime() - 1)
    expect(at.getTime()).toBeGreaterThan(NOON.getTime() - 3_000)
  })

  test('is when it happened, if it is about something that happened', async () => {
    const charge = { id: 'ch_1', object: 'charge', status: 'succeeded', captured: true, created: CREATED - 5 }
    const intent = {
      id: 'pi_1',
      object: 'payment_intent',
      status: 'succeeded',
      created: CREATED - 60,
      latest_charge: 'ch_1',
    }
    const [imported] = await read('payment_intents', [charge, intent])
    expect(imported).toMatchObject({ at: new Date((CREATED - 5) * 1000), object: { latest_charge: 'ch_1' } })
  })
})

describe('the id of an imported event', () => {
  const idOf = async (object: StripeObject, account?: string) => {
    const [imported] = await read('products', [object], account === undefined ? {} : { account })
    if (!imported) throw new Error('nothing was imported')
    return importEvent(imported).eventId
  }

  test('is the same for the same object that says the same, whatever the order of fields', async () => {
    const id = await idOf(product())
    const { name, ...others } = product()
    expect(await idOf({ name, ...others } as StripeObject)).toBe(id)
    expect(readImportEventId(id)).toMatchObject({ object: 'product.prod_1', repeat: 0 })
  })

  test('is another one for another content or account', async () => {
    const ids = [await idOf(product()), await idOf(product({ name: 'Max' })), await idOf(product(), 'acct_1')]
    expect(new Set(ids).size).toBe(3)
  })

  test('does not depend on links that Stripe makes anew', async () => {
    const invoice = { id: 'in_1', object: 'invoice', created: CREATED }
    const digests = ['a', 'b'].map(async (token) => {
      const [imported] = await read('invoices', [
        { ...invoice, hosted_invoice_url: `https://invoice.example/${token}` },
      ])
      return imported?.digest
    })
    const [one, other] = await Promise.all(digests)
    expect(one).toBe(other)
  })

  test('fits a column, however long the id that a merchant chose', async () => {
    expect((await idOf(product({ id: 'p'.repeat(250) }))).length).toBeLessThan(256)
  })
})

test('a default payment method is imported with its customer, which keeps its id', async () => {
  const method = { id: 'pm_1', object: 'payment_method', type: 'card', customer: 'cus_1', created: CREATED }
  const customer = {
    id: 'cus_1',
    object: 'customer',
    created: CREATED,
    invoice_settings: { default_payment_method: 'pm_1' },
  }
  const imported = await read('customers', [method, customer])
  expect(imported.map(({ name }) => name)).toEqual(['customer.cus_1', 'payment_method.pm_1'])
  expect(imported[0]?.object).toMatchObject({ invoice_settings: { default_payment_method: 'pm_1' } })
})

test('a list whose place was deleted is read from its beginning', async () => {
  expect(await read('products', [product()], { cursor: 'prod_deleted' })).toHaveLength(1)
})

test('a list whose place Stripe refuses every time has an end', async () => {
  let asked = 0
  const api: StripeApi = {
    fetchObject: async (path) => {
      asked += 1
      if (asked > 100) throw new Error('this is read for ever')
      if (path.includes('starting_after')) throw new StripeApiError('stripe_refused', 'Stripe answered 400', 0, 400)
      return { object: { data: [product()], has_more: true }, date: NOON }
    },
  }
  const pages = readList(api, listOf('products'), { ...ORIGIN, since: null, cursor: null })
  const readAll = async () => {
    for await (const _ of pages);
  }
  await expect(readAll()).rejects.toMatchObject({ code: 'stripe_refused' })
})

test('a customer who was deleted after its subscription was listed has no summary', async () => {
  const subscription = (customer: string) => ({
    id: `sub_of_${customer}`,
    object: 'subscription',
    status: 'active',
    customer,
    created: CREATED,
  })
  const imported = await read('entitlements', [
    { id: 'cus_1', object: 'customer', deleted: true },
    { id: 'feat_1', object: 'entitlements.feature', lookup_key: 'exports', created: CREATED },
    ...['cus_1', 'cus_2'].map(subscription),
  ])
  expect(imported.map(({ name }) => name)).toEqual(['entitlement_summary.cus_2'])
})

test('an answer that is not a list is no end of a list', async () => {
  const api: StripeApi = { fetchObject: async () => ({ object: { message: 'maintenance' }, date: NOON }) }
  const pages = readList(api, listOf('products'), { ...ORIGIN, since: null, cursor: null })
  await expect(pages.next()).rejects.toMatchObject({ code: 'stripe_unavailable' })
})

test('requests with a key of test mode start at most six times a second', () =>
  withStripe(async (stripe) => {
    const api = paced(apiOf(stripe), stripe.env.STRIPE_API_KEY)
    await Promise.all(Array.from({ length: 8 }, () => api.fetchObject('/v1/products', { account: null })))
    const [first, last] = [stripe.requests[0]?.at ?? 0, stripe.requests.at(-1)?.at ?? 0]
    expect(last - first).toBeGreaterThan(1_000)
  }))
