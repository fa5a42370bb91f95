import { describe, expect, test } from '@jest/globals'
import { createRandom } from '@sluice/simulator'
import { eventually } from '@sluice/testing'
import { type TestHost, withHost } from '@sluice/testing/stand-ins'
import type { Delivery } from '../../src/host/deliver.ts'
import { type Sending, withSending } from './with-sending.ts'

/** Changes the user of a customer, and writes the message about it, as a commit does. */
const change = (sending: Sending, customer: string, user: string, cause: string) =>
  sending.query(
    `WITH changed AS (
        INSERT INTO customers (stripe_customer_id, user_id) VALUES ($1, $2)
        ON CONFLICT (stripe_customer_id) DO UPDATE SET user_id = excluded.user_id
      )
      INSERT INTO outbox_messages (effect_key, kind, payload)
      VALUES ($3, 'host.message', jsonb_build_object('type', 'customer.linked', 'subject', $1::text))`,
    [customer, user, `customer.linked:${customer}:${cause}`],
  )

const endedAs = ({ query }: Sending) =>
  query<{ status: string; error: string | null; count: number }>(
    'SELECT status, error, count(*)::int AS count FROM outbox_messages GROUP BY 1, 2 ORDER BY 1',
  )

const noneWait = (sending: Sending) =>
  eventually(async () =>
    expect(await sending.query(`SELECT FROM outbox_messages WHERE status = 'pending'`)).toEqual([]),
  )

/** The knowledge of a host that takes each id once, and of two messages about one thing the one with the greater version. */
function knownBy({ requests }: TestHost, hasTaken: (request: TestHost['requests'][number]) => boolean) {
  const ids = new Set<string>()
  const known = new Map<unknown, { version: number; userId: unknown }>()
  for (const request of requests) {
    if (!hasTaken(request) || ids.has(request.id)) continue
    ids.add(request.id)
    const { customerId, userId, version } = request.data
    if (version > (known.get(customerId)?.version ?? 0)) known.set(customerId, { version, userId })
  }
  return new Map([...known].map(([customer, { userId }]) => [customer, userId]))
}

describe('of several messages about one thing', () => {
  test('one announces the newest state, and the others are skipped', () =>
    withHost((host) =>
      withSending(async (sending) => {
        for (let n = 1; n <= 10; n += 1) await change(sending, 'cus_1', `user_${n}`, `evt_${n}`)
        sending.send(host.url)
        await noneWait(sending)
        expect(host.requests.map(({ id, data }) => [id, data['userId']])).toEqual([
          ['customer.linked:cus_1:evt_1', 'user_10'],
        ])
        expect(await endedAs(sending)).toEqual([
          { status: 'done', error: null, count: 1 },
          { status: 'skipped', error: 'obsolete: the host knows it from another message', count: 9 },
        ])
        for (const user of ['user_10', 'user_11']) await change(sending, 'cus_1', user, `again_${user}`)
        await noneWait(sending)
        expect(host.requests.map(({ data }) => data['userId'])).toEqual(['user_10', 'user_11'])
      }),
    ))

  test('each URL gets one of its own', () =>
    withHost((host) =>
      withHost((other) =>
        withSending(async (sending) => {
          const [first] = sending.send(host.url)
          await change(sending, 'cus_1', 'user_1', 'evt_1')
          await noneWait(sending)
          await sending.crash(first as Delivery)
          await change(sending, 'cus_1', 'user_1', 'evt_2')
          sending.send(host.url, other.url)
          await noneWait(sending)
          expect([host.requests.length, other.requests.length]).toEqual([1, 1])
          expect((await endedAs(sending)).map(({ status, count }) => [status, count])).toEqual([['done', 2]])
        }),
      ),
    ))

  test('a host that has taken one of them before takes its id no more, and gets the next one', () =>
    withHost((host) =>
      withSending(async (sending) => {
        const taken = new Set<unknown>()
        host.behave((request) => {
          taken.add(request)
          return 'resets'
        })
        sending.send(host.url)
        await change(sending, 'cus_1', 'user_1', 'evt_1')
        await eventually(() => expect(host.requests.length).toBeGreaterThan(0))
        host.behave(() => ({ status: 500 }))
        await change(sending, 'cus_1', 'user_2', 'evt_2')
        host.behave((request) => {
          taken.add(request)
          return { status: 204 }
        })
        await noneWait(sending)
        expect(knownBy(host, (request) => taken.has(request))).toEqual(new Map([['cus_1', 'user_2']]))
      }),
    ))

  test.each([2])('the last state is always announced, whatever fails: seed %i', (seed) =>
    withHost((host) =>
      withSending(async (sending) => {
        const random = createRandom(`announce ${seed}`)
        const taken = new Set<unknown>()
        host.behave((request) => {
          const luck = random.next()
          if (luck >= 0.3) taken.add(request)
          return luck < 0.3 ? { status: 500 } : luck < 0.5 ? 'resets' : { status: 204 }
        })
        let [delivery] = sending.send(host.url)
        const changes = 30
        for (let n = 1; n <= changes; n += 1) {
          const customer = `cus_${random.between(1, 3)}`
          await change(sending, customer, `user_${random.between(1, 2)}`, `evt_${n}`)
          if (random.next() < 0.6) await new Promise((resolve) => setTimeout(resolve, random.between(0, 40)))
          if (delivery && random.next() < 0.1) {
            await sending.crash(delivery)
            delivery = sending.send(host.url)[0]
          }
        }
        host.behave((request) => {
          taken.add(request)
          return { status: 204 }
        })
        await noneWait(sending)
        const rows = await sending.query<{ id: string; user_id: string }>(
          'SELECT stripe_customer_id AS id, user_id FROM customers ORDER BY 1',
        )
        const known = knownBy(host, (request) => taken.has(request))
        expect([...known].sort()).toEqual(rows.map(({ id, user_id }) => [id, user_id]))
        expect((await endedAs(sending)).find(({ status }) => status === 'skipped')?.count).toBeGreaterThan(0)
      }),
    ),
  )
})

describe('money that is paid once is announced once', () => {
  const pay = ({ query }: Sending, id: string, amount = 2_000) =>
    query(
      `WITH paid AS (
          INSERT INTO payments (payment_id, status, amount, currency, attempt_count, occurred_at)
          VALUES ($1, 'succeeded', $2, 'usd', 1, now())
        )
        INSERT INTO outbox_messages (effect_key, kind, payload)
        VALUES ('payment.succeeded:' || $1, 'host.message', jsonb_build_object('type', 'payment.succeeded', 'subject', $1::text))`,
      [id, amount],
    )
  const claim = ({ query }: Sending, amount = 2_000) =>
    query(
      `WITH moved AS (UPDATE payments SET status = 'failed', moved_to_payment_id = 'in_1' WHERE payment_id = 'pi_1'), paid AS (
          INSERT INTO payments (payment_id, status, amount, currency, attempt_count, occurred_at)
          VALUES ('in_1', 'succeeded', $1, 'usd', 1, now())
        )
        INSERT INTO outbox_messages (effect_key, kind, payload)
        VALUES ('payment.succeeded:in_1', 'host.message', '{"type": "payment.succeeded", "subject": "in_1"}')`,
      [amount],
    )
  const sent = ({ requests }: TestHost) => requests.map(({ id, data }) => [id, data['paymentId'], data['amount']])

  test('as the intent, when the invoice claims it afterwards', () =>
    withHost((host) =>
      withSending(async (sending) => {
        sending.send(host.url)
        await pay(sending, 'pi_1')
        await noneWait(sending)
        await claim(sending)
        await noneWait(sending)
        expect(sent(host)).toEqual([['payment.succeeded:pi_1', 'pi_1', 2_000]])
      }),
    ))

  test('as the invoice, when it claims the intent before', () =>
    withHost((host) =>
      withSending(async (sending) => {
        await pay(sending, 'pi_1')
        await claim(sending)
        sending.send(host.url)
        await noneWait(sending)
        expect(sent(host)).toEqual([['payment.succeeded:in_1', 'in_1', 2_000]])
      }),
    ))

  test('under the id of the intent, when it claims it while that message is refused', () =>
    withHost((host) =>
      withSending(async (sending) => {
        host.behave(() => ({ status: 500 }))
        sending.send(host.url)
        await pay(sending, 'pi_1')
        await eventually(() => expect(host.requests.length).toBeGreaterThan(0))
        await claim(sending)
        host.behave(() => ({ status: 204 }))
        await noneWait(sending)
        expect([...host.acknowledged]).toEqual([['payment.succeeded:pi_1', 1]])
        expect(sent(host).at(-1)?.[1]).toMatch(/^(pi|in)_1$/)
      }),
    ))

  test('and again, if the invoice was also paid otherwise', () =>
    withHost((host) =>
      withSending(async (sending) => {
        sending.send(host.url)
        await pay(sending, 'pi_1')
        await noneWait(sending)
        await claim(sending, 5_000)
        await noneWait(sending)
        expect(sent(host).at(-1)).toEqual(['payment.succeeded:in_1', 'in_1', 5_000])
      }),
    ))
})

test('nothing is sent while effects are paused, and all of it afterwards', () =>
  withHost((host) =>
    withSending(async (sending) => {
      sending.pause(true)
      sending.send(host.url)
      await sending.write(5)
      await eventually(async () => expect(await sending.query('SELECT FROM host_endpoints')).toHaveLength(1))
      await new Promise((resolve) => setTimeout(resolve, 600)) // more than twice as long as a message usually waits
      expect(host.requests).toEqual([])
      sending.pause(false)
      await noneWait(sending)
      expect(host.acknowledged.size).toBe(5)
    }),
  ))
