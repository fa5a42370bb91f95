import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { type TestStripe, withStripe } from '@sluice/testing/stand-ins'
import { createFetchObject } from '../../src/events/fetch-object.ts'

const CUSTOMER = { id: 'cus_1', object: 'customer', email: 'a@example.com' }
const PATH = '/v1/customers/cus_1'
const NOBODY = {}

describe('the worker', () => {
  const fetchOf = ({ env }: TestStripe, timeoutMs = 5_000) => {
    const fetchObject = createFetchObject({ ...env, HANDLER_TIMEOUT_MS: timeoutMs })
    if (!fetchObject) throw new Error('there is a key')
    return fetchObject
  }

  test('sends no request without a key', () => {
    const settings = { STRIPE_API_KEY: undefined, STRIPE_API_BASE: undefined, HANDLER_TIMEOUT_MS: 500 }
    expect(createFetchObject(settings)).toBeUndefined()
  })

  test('asks no more than twenty questions a second', () =>
    withStripe(async (stripe) => {
      stripe.put(CUSTOMER)
      const fetchObject = fetchOf(stripe)
      const asked = await Promise.allSettled(Array.from({ length: 50 }, () => fetchObject(PATH, NOBODY)))
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
      expect(stripe.requests).toHaveLength(20)
      await eventually(() => fetchObject(PATH, NOBODY))
    }))

  test('asks nothing while Stripe wants to be left alone', () =>
    withStripe(async (stripe) => {
      stripe.put(CUSTOMER)
      stripe.failWith({ status: 429, retryAfter: 60, times: 1 })
      const fetchObject = fetchOf(stripe)
      await expect(fetchObject(PATH, NOBODY)).rejects.toMatchObject({ retryAfterMs: 60_000 })
      await expect(fetchObject(PATH, NOBODY)).rejects.toThrow('the limit of Stripe requests is reached')
      expect(stripe.requests).toHaveLength(1)
    }))
})
