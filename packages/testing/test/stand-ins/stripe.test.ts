import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { stripe as provider } from '@sluice/providers/stripe'
import { stripeEvent } from '@sluice/simulator'
import { type TestStripe, thinEvent, withStripe } from '../../src/stand-ins/index.ts'

const SECRET = 'whsec_of_an_endpoint'

test('answers with an object that was put in, to its own account alone', () =>
  withStripe(async (stripe) => {
    stripe.put({ id: 'cs_1', object: 'checkout.session', mode: 'payment' })
    stripe.put({ id: 'sub_1', object: 'subscription' }, 'acct_1')

    expect((await get(stripe, '/v1/checkout/sessions/cs_1')).body).toMatchObject({ mode: 'payment' })
    expect((await get(stripe, '/v1/subscriptions/sub_1')).status).toBe(404)
    expect((await get(stripe, '/v1/subscriptions/sub_1', { 'stripe-account': 'acct_1' })).status).toBe(200)
    expect((await get(stripe, '/v1/subscriptions/sub_1', { 'stripe-context': 'org_1/acct_1' })).status).toBe(200)
    expect((await get(stripe, '/v1/checkout/sessions/cs_1', { authorization: 'Bearer sk_test_no' })).status).toBe(401)
    expect(stripe.requests.map(({ account, context }) => account ?? context)).toEqual([
      null,
      null,
      'acct_1',
      'org_1/acct_1',
      null,
    ])
    stripe.remove('cs_1')
    expect(await get(stripe, '/v1/checkout/sessions/cs_1')).toMatchObject({
      status: 404,
      body: { error: { code: 'resource_missing' } },
    })
  }))

test('fails with the given status for the given number of requests, and dates its answers as set', () =>
  withStripe(async (stripe) => {
    stripe.put({ id: 'cus_1', object: 'customer' })
    stripe.setDate(new Date('2026-01-01T00:00:00Z'))
    stripe.failWith({ status: 429, retryAfter: 7, times: 1 })

    const refused = await get(stripe, '/v1/customers/cus_1')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7'])
    const answered = await get(stripe, '/v1/customers/cus_1')
    expect([answered.status, answered.headers.get('date')]).toEqual([200, 'Thu, 01 Jan 2026 00:00:00 GMT'])
    stripe.failWith({ down: true })
    await expect(get(stripe, '/v1/customers/cus_1')).rejects.toThrow('fetch failed')
    stripe.recover()
    expect((await get(stripe, '/v1/customers/cus_1')).status).toBe(200)
  }))

test('lists page by page, newest first, and filters by time and type', () =>
  withStripe(async (stripe) => {
    const events = [1, 2, 3, 4, 5].map((second) => event(second, second === 3 ? 'invoice.paid' : 'customer.updated'))
    stripe.record(events)
    const list = async (query: string) => {
      const { body } = await get(stripe, `/v1/events?${query}`)
      return [body['data'].map(({ id }: { id: string }) => id).join(), body['has_more']]
    }

    expect(await list('limit=2')).toEqual(['evt_5,evt_4', true])
    expect(await list('limit=2&starting_after=evt_4')).toEqual(['evt_3,evt_2', true])
    expect(await list('limit=2&starting_after=evt_2')).toEqual(['evt_1', false])
    expect(await list('limit=2&ending_before=evt_1')).toEqual(['evt_3,evt_2', true])
    expect(await list('created[gte]=4')).toEqual(['evt_5,evt_4', false])
    expect(await list('types[]=invoice.paid')).toEqual(['evt_3', false])
  }))

test('delivers to every endpoint, signed anew, until it is accepted; thin events to thin endpoints', () =>
  withStripe((stripe) =>
    withReceiver([500, 200, 200], async (url, received) => {
      stripe.addEndpoint({ url: `${url}/snapshot`, secret: SECRET })
      stripe.addEndpoint({ url: `${url}/thin`, secret: SECRET, payload: 'thin' })

      const deliveries = await stripe.deliver([event(1)], { atOnce: 1 })

      expect(deliveries.map(({ statuses }) => statuses)).toEqual([[500, 200], [200]])
      const verified = received.map(({ headers, body }) =>
        provider.verify({ headers, body }, [SECRET], { toleranceSeconds: 300 }),
      )
      expect(verified.map(({ eventId }) => eventId)).toEqual(['evt_1', 'evt_1', 'evt_thin_1'])
      expect(JSON.parse(received[2]?.body.toString() ?? '')).toMatchObject({
        type: 'v1.customer.updated',
        related_object: { id: 'cus_1', type: 'customer', url: '/v1/customers/cus_1' },
        snapshot_event: 'evt_1',
      })
    }),
  ))

test('lists events that no endpoint accepted, shuffles and repeats them', () =>
  withStripe((stripe) =>
    withReceiver([], async (url, received) => {
      const events = Array.from({ length: 20 }, (_, index) => event(index + 1))
      stripe.addEndpoint({ url, secret: SECRET })
      await stripe.deliver(events, { seed: 1, copies: 1, atOnce: 1 })

      const ids = received.map(({ body }) => JSON.parse(body.toString()).id)
      expect([ids.length, new Set(ids).size]).toEqual([40, 20])
      expect(ids.slice(0, 4)).not.toEqual(['evt_1', 'evt_1', 'evt_2', 'evt_2'])

      stripe.addEndpoint({ url: 'http://127.0.0.1:1', secret: SECRET })
      await stripe.deliver([event(50)], { attempts: 2, backoffMs: 1 })
      const { body } = await get(stripe, '/v1/events?delivery_success=false')
      expect(body['data']).toMatchObject([{ id: 'evt_50' }])
    }),
  ))

test('a thin event about an object without an id names no object', () => {
  const upcoming = stripeEvent(
    'invoice.upcoming',
    { object: 'invoice', customer: 'cus_1' },
    { id: 'evt_1', created: 1 },
  )
  expect(JSON.parse(thinEvent(upcoming, { namesSnapshot: false }).body)).toEqual({
    id: 'evt_thin_1',
    object: 'v2.core.event',
    type: 'v1.invoice.upcoming',
    livemode: false,
    created: '1970-01-01T00:00:01.000Z',
  })
})

const event = (second: number, type = 'customer.updated') =>
  stripeEvent(type, { id: 'cus_1', object: 'customer' }, { id: `evt_${second}`, created: second })

async function get({ env }: TestStripe, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(env.STRIPE_API_BASE + path, {
    headers: { authorization: `Bearer ${env.STRIPE_API_KEY}`, ...headers },
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

interface Received {
  headers: IncomingMessage['headers']
  body: Buffer
}

/** An endpoint that answers with these statuses in turn, and then with 200. */
async function withReceiver<T>(answers: number[], use: (url: string, received: Received[]) => Promise<T>): Promise<T> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    received.push({ headers: request.headers, body })
    response.writeHead(answers.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, received)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
