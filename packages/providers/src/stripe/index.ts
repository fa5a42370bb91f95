import { withRequest } from '../headers.ts'
import { parseJson } from '../json.ts'
import type { Provider } from '../provider.ts'
import { makeWhsec } from '../secret.ts'
import { readStripeEvent } from './event.ts'
import { stripeObjectId } from './object-id.ts'
import { STRIPE_PATHS } from './paths.ts'
import { checkStripeHeaders, checkStripeSignature, stripeSignature } from './signature.ts'

const KEPT_HEADERS = ['content-type', 'user-agent', 'stripe-signature']

/** Stripe's webhooks, snapshot and thin (https://docs.stripe.com/webhooks). */
export const stripe: Provider = {
  name: 'stripe',
  title: 'Stripe',
  paths: STRIPE_PATHS,

  secretVariable: 'STRIPE_WEBHOOK_SECRET',
  // Endpoints have 32 characters after the prefix, the Stripe CLI has 64.
  secretPattern: /^whsec_[\w+/=-]{16,}$/,
  trialSecretPattern: /^whsec_[\w+/=-]+$/,
  secretShape: 'whsec_ and at least 16 more characters',
  makeSecret: makeWhsec,
  signatureHeaders: ['stripe-signature'],
  mayBeUnsigned: false,
  allowedAddressesVariable: 'STRIPE_ALLOWED_IPS',
  maxBodyBytes: 1024 * 1024,

  eventId: { prefix: 'evt_', bodyKey: 'id' },
  objectId: stripeObjectId,
  sampleType: 'invoice.payment_succeeded',
  sample: async (...of) => (await import('./sample.ts')).stripeSample(...of),

  checkHeaders: checkStripeHeaders,

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

  api: {
    keyVariable: 'STRIPE_API_KEY',
    keyPattern: /^(sk|rk)_\S+$/,
    keyShape: 'a secret or restricted Stripe key, sk_… or rk_…',
    keyDescription:
      'Stripe API key, preferably restricted to reading: to fetch objects of thin events, resolve conflicting events, find missed events daily, and import what exists',
    baseVariable: 'STRIPE_API_BASE',
    open: async (settings) => (await import('./api/reconcile.ts')).openStripe(settings),
    checkEndpoint: async (settings, question) =>
      (await import('./api/check-endpoint.ts')).checkEndpoint(settings, question),
  },
}
