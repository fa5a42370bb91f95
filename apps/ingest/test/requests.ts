import { createHmac } from 'node:crypto'
import { replicate, type SignOptions, stripe } from '@sluice/providers'
import { SECRETS } from './with-ingest.ts'

export const nowSeconds = () => Math.floor(Date.now() / 1000)

export const stripeEvent = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    id: 'evt_1',
    object: 'event',
    api_version: '2026-10-28.endive',
    created: nowSeconds(),
    data: { object: { id: 'sub_1', object: 'subscription', customer: 'cus_1', status: 'active' } },
    livemode: false,
    type: 'customer.subscription.updated',
    ...changes,
  })

export const prediction = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({ id: 'pred1', status: 'succeeded', output: null, created_at: new Date(), urls: {}, ...changes })

export interface Given {
  body: string | Buffer
  headers: Record<string, string>
}

/** A request that Stripe would send. */
export const fromStripe = (body: string | Buffer = stripeEvent(), at?: Date): Given => ({
  body,
  headers: stripe.sign(body, SECRETS.stripe, at && { at }),
})

/** A request that Replicate would send. */
export const fromReplicate = (body: string | Buffer = prediction(), options?: SignOptions): Given => ({
  body,
  headers: replicate.sign(body, SECRETS.replicate, options),
})

/** Without the headers, or with others. */
export function changed({ body, headers }: Given, changes: Record<string, string | undefined>): Given {
  const merged = Object.entries({ ...headers, ...changes }).filter((entry) => entry[1] !== undefined)
  return { body, headers: Object.fromEntries(merged) as Record<string, string> }
}

export const hmac = (body: string, secret = SECRETS.stripe, at = nowSeconds()) =>
  createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
