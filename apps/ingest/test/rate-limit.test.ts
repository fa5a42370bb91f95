import { describe, expect, test } from '@jest/globals'
import { changed, fromStripe, type Given, stripeEvent } from './requests.ts'
import { type TestIngest, withIngest } from './with-ingest.ts'

const forged = changed(fromStripe(), { 'stripe-signature': `t=1,v1=${'0'.repeat(64)}` })
const valid = (index: number) => fromStripe(stripeEvent({ id: `evt_${index}` }))
const from = (address: string, given: Given) => changed(given, { 'x-forwarded-for': address })

async function statuses({ send }: TestIngest, count: number, given: (index: number) => Given) {
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => send('/webhooks/stripe', given(index))))
  return answers.map(({ status }) => status)
}

const count = (list: number[], status: number) => list.filter((one) => one === status).length

describe('the limit on requests that fail verification', () => {
  test('never refuses one that verifies, however many come from one address', () =>
    withIngest({ rateLimitPerMinute: 100 }, async (ingest) => {
      expect(count(await statuses(ingest, 1000, valid), 200)).toBe(1000)
      expect(await ingest.rows()).toHaveLength(1000)
    }))

  test('answers a flood of forged requests with 429, and accepts a valid one from the same address', () =>
    withIngest({ rateLimitPerMinute: 20 }, async (ingest) => {
      const list = await statuses(ingest, 60, () => forged)
      expect([count(list, 400), count(list, 429)]).toEqual([20, 40])
      const refused = await ingest.send('/webhooks/stripe', forged)
      expect(refused).toMatchObject({ status: 429, body: { error: 'rate_limited' } })
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
      expect(await ingest.send('/webhooks/stripe', valid(1))).toMatchObject({ status: 200 })
    }))

  test('counts each client behind a trusted proxy by itself, and an IPv6 subnet as one', () =>
    withIngest({ rateLimitPerMinute: 1, trustProxy: 1 }, async (ingest) => {
      const ask = async (address: string) => (await ingest.send('/webhooks/stripe', from(address, forged))).status
      expect([await ask('10.0.0.1'), await ask('10.0.0.1'), await ask('10.0.0.2')]).toEqual([400, 429, 400])
      expect([await ask('2001:db8:0:aa01::1'), await ask('2001:db8:0:aa01:ffff::2')]).toEqual([400, 429])
      expect(await ask('2001:db8:0:aa02::1')).toBe(400)
    }))

  test('counts a client as one whose port the proxy tells as well', () =>
    withIngest({ rateLimitPerMinute: 1, trustProxy: 1 }, async (ingest) => {
      const ask = async (address: string) => (await ingest.send('/webhooks/stripe', from(address, forged))).status
      expect([await ask('10.0.0.1:1024'), await ask('10.0.0.1:1025'), await ask('10.0.0.2:1024')]).toEqual([
        400, 429, 400,
      ])
      expect([await ask('[2001:db8::1]:1024'), await ask('[2001:db8::2]:1025')]).toEqual([400, 429])
    }))

  test('believes of a header what the trusted proxy added, and nothing that was there before', () =>
    withIngest({ rateLimitPerMinute: 1, trustProxy: 1 }, async (ingest) => {
      const spoofed = (index: number) => from(`203.0.113.${index}, 10.0.0.1`, forged)
      expect(count(await statuses(ingest, 20, spoofed), 429)).toBe(19)
    }))

  test('believes no header without a trusted proxy', () =>
    withIngest({ rateLimitPerMinute: 1 }, async (ingest) => {
      const list = await statuses(ingest, 5, (index) => from(`10.0.0.${index}`, forged))
      expect(count(list, 429)).toBe(4)
    }))

  test('keeps counting while Redis is down, and delays requests little while Redis hangs', () =>
    withIngest({ rateLimitPerMinute: 5 }, async (ingest) => {
      ingest.redis.freeze()
      const first = await ingest.send('/webhooks/stripe', forged)
      expect(first.status).toBe(400)
      expect(first.milliseconds).toBeLessThan(600)
      expect(count(await statuses(ingest, 20, () => forged), 429)).toBeGreaterThan(10)
      ingest.redis.thaw()
      await ingest.redis.stop()
      expect(count(await statuses(ingest, 20, () => forged), 429)).toBeGreaterThan(10)
      expect(await ingest.send('/webhooks/stripe', valid(1))).toMatchObject({ status: 200 })
    }))

  test('of scope "all" counts and refuses every request', () =>
    withIngest({ rateLimitPerMinute: 10, rateLimitScope: 'all' }, async (ingest) => {
      const list = await statuses(ingest, 15, valid)
      expect([count(list, 200), count(list, 429)]).toEqual([10, 5])
      expect(await ingest.rows()).toHaveLength(10)
    }))

  test('of 0 is off', () =>
    withIngest({ rateLimitPerMinute: 0 }, async (ingest) => {
      expect(count(await statuses(ingest, 200, () => forged), 400)).toBe(200)
    }))
})
