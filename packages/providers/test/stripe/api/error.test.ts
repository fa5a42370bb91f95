import { expect, test } from '@jest/globals'
import Stripe from 'stripe'
import { toApiError } from '../../../src/stripe/api/error.ts'

const PATH = '/v1/webhook_endpoints?limit=100'

const answered = (statusCode: number, headers = {}) =>
  toApiError(Stripe.errors.StripeError.generate({ type: 'api_error', message: 'sk_live_1', statusCode, headers }), PATH)

test.each([409, 429, 500, 503])('a Stripe that answers %d cannot answer now', (status) => {
  expect(answered(status)).toMatchObject({ code: 'stripe_unavailable', message: `Stripe answered ${status}` })
})

test.each([400, 401, 403])('a Stripe that answers %d will not answer this question', (status) => {
  expect(answered(status)).toMatchObject({ code: 'stripe_refused', message: `Stripe answered ${status}` })
})

test.each([
  ['3', 3_000],
  ['0.5', 500],
  ['-1', 0],
  ['Fri, 20 Nov 2026 10:00:00 GMT', 0],
])('Retry-After: %s is %d ms', (header, retryAfterMs) => {
  expect(answered(429, { 'retry-after': header })).toMatchObject({ retryAfterMs })
})

test('any other error means that Stripe is unavailable, and its text is not disclosed', () => {
  expect(toApiError(new Error('sk_live_1'), PATH)).toMatchObject({
    name: 'StripeApiError',
    code: 'stripe_unavailable',
    message: 'Stripe did not answer',
    retryAfterMs: 0,
  })
})

test.each([
  [403, PATH, 'webhook endpoints'],
  [403, '/v1/subscriptions/sub_1', 'subscriptions'],
  [403, '/v2/core/events/evt_1', 'events'],
  [401, PATH, null],
])('status %d for %s says that the key may not read: %s', (statusCode, path, forbidden) => {
  const error = Stripe.errors.StripeError.generate({ type: 'invalid_request_error', statusCode })
  expect(toApiError(error, path)).toMatchObject({ forbidden })
})
