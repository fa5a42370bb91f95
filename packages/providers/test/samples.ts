import type { IncomingHttpHeaders } from 'node:http'
import { type Provider, replicate, stripe, type VerifyOptions } from '../src/index.ts'

export const NOW = new Date('2026-11-20T12:00:00Z')
export const secondsFromNow = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

export const stripeEvent = (changes: Record<string, unknown> = {}) => ({
  id: 'evt_1',
  object: 'event',
  api_version: '2026-10-28.endive',
  created: 1_795_000_000,
  data: { object: { id: 'sub_1', object: 'subscription', customer: 'cus_1' } },
  livemode: false,
  type: 'customer.subscription.updated',
  ...changes,
})

export const prediction = (changes: Record<string, unknown> = {}) => ({
  id: 'pred1',
  status: 'succeeded',
  output: ['https://replicate.delivery/a.png'],
  created_at: '2026-11-20T11:59:00.123456789Z',
  started_at: null,
  completed_at: '2026-11-20T11:59:59.12345678Z',
  urls: { get: 'https://api.replicate.com/v1/predictions/pred1' },
  ...changes,
})

/** A known body of each provider, and secrets. */
export const samples = [
  { provider: stripe, secret: 'whsec_one', other: 'whsec_two', body: JSON.stringify(stripeEvent()) },
  {
    provider: replicate,
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    other: 'whsec_c29tZSBvdGhlciBzZWNyZXQgb2Ygb3Vycw==',
    body: JSON.stringify(prediction()),
  },
].map((sample) => ({ name: sample.provider.name, ...sample }))

export function verify(
  provider: Provider,
  body: string | Buffer,
  headers: IncomingHttpHeaders,
  secrets: string[],
  options: Partial<VerifyOptions> = {},
) {
  return provider.verify({ headers, body: Buffer.from(body) }, secrets, {
    toleranceSeconds: 300,
    now: NOW,
    ...options,
  })
}

/** Signs and verifies a body as its provider would send it now. */
export function signedByItself(provider: Provider, body: string | Buffer, secret: string, id?: string) {
  const headers = provider.sign(body, secret, { at: NOW, ...(id && { id }) })
  return verify(provider, body, headers, [secret])
}

export const receive = (sample: (typeof samples)[number], body: string | Buffer = sample.body) =>
  signedByItself(sample.provider, body, sample.secret)

export const [stripeSample, replicateSample] = samples as [(typeof samples)[number], (typeof samples)[number]]
