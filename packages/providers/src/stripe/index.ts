import { withRequest } from '../headers.ts'
import { parseJson } from '../json.ts'
import type { Provider } from '../provider.ts'
import { readStripeEvent } from './event.ts'
import { checkStripeSignature, stripeSignature } from './signature.ts'

const KEPT_HEADERS = ['content-type', 'user-agent', 'stripe-signature']

/** Stripe's webhooks, snapshot and thin (https://docs.stripe.com/webhooks). */
export const stripe: Provider = {
  name: 'stripe',
  secretVariable: 'STRIPE_WEBHOOK_SECRET',
  secretPattern: /^\S+$/,
  signatureHeaders: ['stripe-signature'],
  maxBodyBytes: 1024 * 1024,
  mayBeUnsigned: false,
  allowedAddressesVariable: 'STRIPE_ALLOWED_IPS',

  verify(request, secrets, options) {
    checkStripeSignature(request, secrets, options)
    const event = readStripeEvent(parseJson(request.body))
    return withRequest(event, request, KEPT_HEADERS)
  },

  sign(body, secret, { at = new Date() } = {}) {
    const timestamp = String(Math.floor(at.getTime() / 1000))
    return {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': `t=${timestamp},v1=${stripeSignature(timestamp, body, secret)}`,
    }
  },
}
