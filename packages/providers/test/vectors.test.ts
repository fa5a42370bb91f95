import { describe, expect, test } from '@jest/globals'
import {
  refusedStripePayloads,
  replicatePayloads,
  signatureVectors,
  stripePayloads,
  thinPayloads,
} from '@sluice/testing/payloads'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { checkReplicateSignature, replicateSignature } from '../src/replicate/signature.ts'
import { checkStripeSignature, stripeSignature } from '../src/stripe/signature.ts'
import { NOW, receive, replicateSample, samples, stripeSample, verify } from './samples.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const TIMESTAMP = '1614265330'

describe('known signatures', () => {
  test.each([
    ['the vector of the specification', '{"test": 2432232314}', 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    ['a body of 1 MiB', 'a'.repeat(1_048_576), 'txpEUxqWZJ5nteTnymUVa+7C4NHpBeXJ6CsBAW0c3/A='],
    ['a body of 256 KiB', 'a'.repeat(262_144), 'Mw4Pe2WgApuT7NSqnSq0PQPV9gbLdggCl9B865x5Xh0='],
    ['a body of one byte less', 'a'.repeat(262_143), 'NTItnqyWMoFhk2Bbe5V/BMdcFRWgcSQaTgqLHX7FC7c='],
  ])('of Standard Webhooks: %s', (_what, body, signature) => {
    expect(replicateSignature(ID, TIMESTAMP, body, SECRET)).toBe(`v1,${signature}`)
    expect(replicateSignature(ID, TIMESTAMP, body, SECRET.replace('whsec_', ''))).toBe(`v1,${signature}`)
  })

  test('of Stripe: the key is the text of the secret', () => {
    expect(stripeSignature('123', '{"key":"value"}', 'SECRET')).toBe(
      '7b15c7edc2183ad5be71922cc180f70b1ce4c0925c45abb6b1676ad43cb79173',
    )
  })
})

describe('what an independent signer makes is taken', () => {
  test("Stripe's SDK", () => {
    const timestamp = NOW.getTime() / 1000
    const header = Stripe.webhooks.generateTestHeaderString({
      payload: stripeSample.body,
      secret: 'whsec_x',
      timestamp,
    })
    expect(verify(stripeSample.provider, stripeSample.body, { 'stripe-signature': header }, ['whsec_x'])).toBeDefined()
  })

  test('standardwebhooks', () => {
    const headers = {
      'webhook-id': ID,
      'webhook-timestamp': String(NOW.getTime() / 1000),
      'webhook-signature': new Webhook(SECRET).sign(ID, NOW, replicateSample.body),
    }
    expect(verify(replicateSample.provider, replicateSample.body, headers, [SECRET]).eventId).toBe(ID)
  })
})

describe.each([
  ['Stripe', signatureVectors('stripe'), checkStripeSignature],
  ['Standard Webhooks', signatureVectors('standard-webhooks'), checkReplicateSignature],
] as const)('a request signed by the scheme of %s', (_scheme, vectors, check) => {
  test.each(vectors.map((vector) => [vector.name, vector.expected, vector] as const))(
    '%s: %s',
    (_name, expected, vector) => {
      const { headers, secrets, receivedAt } = vector
      const request = { headers, body: Buffer.from(vector.body) }
      const attempt = () => check(request, secrets, { toleranceSeconds: 300, now: new Date(receivedAt * 1000) })
      if (expected === 'valid') expect(attempt).not.toThrow()
      else expect(attempt).toThrow(expected)
    },
  )
})

describe('a signed payload in each documented shape', () => {
  const payloads = [
    ...[...stripePayloads(), ...thinPayloads()].map((payload) => [payload.name, payload, stripeSample] as const),
    ...replicatePayloads().map((payload) => [payload.name, payload, replicateSample] as const),
  ]

  test.each(payloads)('is read as an event: %s', (name, { body }, sample) => {
    const event = receive(sample, body)
    expect(event).toMatchObject({ provider: sample.name, type: name.split('__')[0], rawBody: body })
    if (String(body).includes('"created')) expect(event.occurredAt).toBeInstanceOf(Date)
  })

  test.each(refusedStripePayloads().map(({ name, body }) => [name, body] as const))('is refused: %s', (_name, body) => {
    expect(() => receive(stripeSample, body)).toThrow('not_an_event')
  })
})

test('no sample is signed for another provider', () => {
  for (const sample of samples) {
    for (const other of samples.filter(({ name }) => name !== sample.name)) {
      const headers = other.provider.sign(sample.body, sample.secret, { at: NOW })
      expect(() => verify(sample.provider, sample.body, headers, [sample.secret])).toThrow('missing_header')
    }
  }
})
