import { describe, expect, test } from '@jest/globals'
import { recordedPayloads } from '@sluice/testing/payloads'
import { checkReplicateSignature } from '../src/replicate/signature.ts'
import { checkStripeSignature } from '../src/stripe/signature.ts'
import { NOW, receive, replicateSample, stripeSample } from './samples.ts'

interface RecordedSignature {
  secret: string
  headers: Record<string, string>
  body: string
  /** Begins with `valid`, or names the reason of the refusal. */
  expect: string
}

const signatures = recordedPayloads('signatures').map(({ name, body }) => {
  const recorded: RecordedSignature = JSON.parse(String(body))
  return [name, recorded.expect, recorded] as const
})

test.each(signatures)('the published signature %s: %s', (name, expected, { headers, secret, body }) => {
  const lowerCase = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]))
  const isStripe = name.startsWith('stripe')
  const check = isStripe ? checkStripeSignature : checkReplicateSignature
  const signedAt = new Date((isStripe ? 123 : Number(lowerCase['webhook-timestamp'])) * 1000)
  const attempt = (now: Date) => () =>
    check({ headers: lowerCase, body: Buffer.from(body) }, [secret], { toleranceSeconds: 300, now })

  if (expected.startsWith('valid')) expect(attempt(signedAt)).not.toThrow()
  else expect(attempt(signedAt)).toThrow('no_matching_signature')
  expect(attempt(NOW)).toThrow('too_old')
})

describe('a recorded payload', () => {
  const stripe = ['stripe-events', 'stripe-thin'].flatMap(recordedPayloads)
  const replicate = ['replicate', 'replicate-sequence'].flatMap(recordedPayloads)
  const events = [
    ...stripe
      .filter(({ name }) => !name.startsWith('notype'))
      .map(({ name, body }) => [name, body, stripeSample] as const),
    ...replicate.map(({ name, body }) => [name, body, replicateSample] as const),
  ]

  test.each(events)('is read as an event: %s', (_name, body, sample) => {
    const event = receive(sample, body)
    expect(event).toMatchObject({ type: expect.any(String), rawBody: body })
    if (String(body).includes('"created')) expect(event.occurredAt).toBeInstanceOf(Date)
  })

  const envelopes = recordedPayloads('stripe-envelopes').map(({ name, body }) => [name, body] as const)
  test.each(envelopes)('is refused when a cloud envelope is around it: %s', (_name, body) => {
    expect(() => receive(stripeSample, body)).toThrow('not_an_event')
  })
})
