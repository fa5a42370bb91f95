import { describe, expect, test } from '@jest/globals'
import { type ApiFailure, type TestStripe, withStripe } from '@sluice/testing/stand-ins'
import { createStripeApi, StripeApiError } from '../../../src/stripe/api/index.ts'

const CUSTOMER = { id: 'cus_1', object: 'customer', email: 'a@example.com' }
const PATH = '/v1/customers/cus_1'
const NOBODY = {}

const apiOf = ({ env }: TestStripe, timeoutMs = 5_000) =>
  createStripeApi({ key: env.STRIPE_API_KEY, base: env.STRIPE_API_BASE, timeoutMs })

describe('an object of Stripe', () => {
  test('is returned in its current state, with the second of that state', () =>
    withStripe(async (stripe) => {
      const date = new Date('2026-01-01T00:00:00Z')
      stripe.setDate(date)
      stripe.put(CUSTOMER)
      expect(await apiOf(stripe).fetchObject(PATH, NOBODY)).toEqual({ object: CUSTOMER, date })
      expect(stripe.requests[0]?.version).toMatch(/^2026-/)
    }))

  test('is as old as the question, when the answer took seconds', () =>
    withStripe(async (stripe) => {
      const date = new Date('2026-01-01T00:00:10Z')
      stripe.setDate(date)
      stripe.put(CUSTOMER)
      stripe.failWith({ delayMs: 1_100 })
      const fetched = await apiOf(stripe).fetchObject(PATH, NOBODY)
      expect(fetched.date).toEqual(new Date('2026-01-01T00:00:09Z'))
    }))

  test('is asked for in the name of its account, or in its context', () =>
    withStripe(async (stripe) => {
      stripe.put(CUSTOMER, 'acct_1')
      const { fetchObject } = apiOf(stripe)
      expect(await fetchObject(PATH, { account: 'acct_1' })).toMatchObject({ object: CUSTOMER })
      expect(await fetchObject(PATH, { context: 'org_1/acct_1' })).toMatchObject({ object: CUSTOMER })
      expect(await fetchObject(PATH, { account: null })).toMatchObject({ object: null })
      expect(stripe.requests.map(({ account, context }) => [account, context])).toEqual([
        ['acct_1', null],
        [null, 'org_1/acct_1'],
        [null, null],
      ])
    }))

  test('is null when it is gone, whichever way Stripe says so', () =>
    withStripe(async (stripe) => {
      stripe.put({ id: 'cus_1', object: 'customer', deleted: true })
      const gone = { object: null, date: expect.any(Date) }
      expect(await apiOf(stripe).fetchObject(PATH, NOBODY)).toEqual(gone)
      expect(await apiOf(stripe).fetchObject('/v1/customers/cus_2', NOBODY)).toEqual(gone)
    }))

  test.each<[string, ApiFailure, Partial<StripeApiError>]>([
    ['too many', { status: 429, retryAfter: 3 }, { code: 'stripe_unavailable', retryAfterMs: 3_000 }],
    ['too many, with no word of when', { status: 429 }, { code: 'stripe_unavailable', retryAfterMs: 0 }],
    [
      'too many, until a date',
      { status: 429, retryAfter: Number.NaN },
      { code: 'stripe_unavailable', retryAfterMs: 0 },
    ],
    ['it broke', { status: 500 }, { code: 'stripe_unavailable', message: 'Stripe answered 500' }],
    ['somebody holds it', { status: 409 }, { code: 'stripe_unavailable' }],
    ['no answer', { down: true }, { code: 'stripe_unavailable', message: 'Stripe did not answer' }],
    ['too late', { delayMs: 30_000 }, { code: 'stripe_unavailable' }],
    ['the key is wrong', { status: 401 }, { code: 'stripe_refused', message: 'Stripe answered 401' }],
    ['the key may not', { status: 403 }, { code: 'stripe_refused' }],
    ['the question is wrong', { status: 400 }, { code: 'stripe_refused' }],
  ])('is not told: %s', (_why, trouble, error) =>
    withStripe(async (stripe) => {
      stripe.put(CUSTOMER)
      stripe.failWith(trouble)
      const refused = await apiOf(stripe, 300)
        .fetchObject(PATH, NOBODY)
        .catch((reason: unknown) => reason)
      expect(refused).toBeInstanceOf(StripeApiError)
      expect(refused).toMatchObject(error)
    }),
  )
})

test('an answer that does not say when it was given cannot be placed', () =>
  withStripe(async (stripe) => {
    stripe.put(CUSTOMER)
    stripe.setDate(new Date(Number.NaN))
    await expect(apiOf(stripe).fetchObject(PATH, NOBODY)).rejects.toThrow('Stripe answered without a date')
  }))

test.each(['https://127.0.0.1', 'https://127.0.0.1:1', 'http://127.0.0.1'])(
  'where nobody is, nobody answers: %s',
  (base) =>
    expect(createStripeApi({ key: 'sk_test_1', base, timeoutMs: 500 }).fetchObject(PATH, NOBODY)).rejects.toThrow(
      'Stripe did not answer',
    ),
)

test('without another place it is Stripe’s own', () => {
  expect(createStripeApi({ key: 'sk_test_1', timeoutMs: 500 })).toHaveProperty('fetchObject')
})
