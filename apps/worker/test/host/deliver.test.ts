import { describe, expect, test } from '@jest/globals'
import { redrive } from '@sluice/database/dead-letters'
import { connect, type Pool } from '@sluice/database/pool'
import { createLogger, throttledLogger } from '@sluice/runtime/logger'
import { eventually, withPostgres } from '@sluice/testing'
import { type TestHost, withHost } from '@sluice/testing/stand-ins'
import { type Delivery, startDelivery } from '../../src/host/deliver.ts'
import { endpointOf } from '../../src/host/endpoint.ts'

const logger = createLogger('test', 'error')
const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgaG9zdCBhcHBsaWNhdGlvbg=='

interface Sending {
  pool: Pool
  query<T = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>
  /** Starts sending to these hosts, as one worker does. */
  send(...urls: string[]): Delivery[]
  /** Writes messages about customers of their own, in this order. */
  write(count: number): Promise<void>
}

const withSending = (use: (sending: Sending) => Promise<void>) =>
  withPostgres(async ({ url, roleUrl }) => {
    const owner = connect(url, { max: 2 })
    const pool = connect(roleUrl('sluice_worker'))
    const started: Delivery[] = []
    const query: Sending['query'] = async (text, values) => (await owner.query(text, values)).rows
    try {
      await use({
        pool: owner,
        query,
        send: (...urls) => {
          const endpoints = urls.map((one) => endpointOf(new URL(one)))
          const tools = {
            ...{ pool, logger, throttledLog: throttledLogger(logger), secrets: [SECRET], timeoutMs: 1_000 },
            ...{ backoffFirstMs: 10, backoffMaxMs: 20, noteDeadLetter: async () => {} },
            endpoints: () => endpoints.map(({ key }) => key),
          }
          const deliveries = endpoints.map((endpoint) => startDelivery(endpoint, tools))
          started.push(...deliveries)
          return deliveries
        },
        write: async (count) => {
          await query(
            `INSERT INTO customers (stripe_customer_id, user_id) SELECT 'cus_' || n, 'user_1' FROM generate_series(1, $1) AS n
              ON CONFLICT DO NOTHING`,
            [count],
          )
          await query(
            `INSERT INTO outbox_messages (effect_key, kind, payload, available_at, sweep_after)
              SELECT 'customer.linked:cus_' || n, 'host.message',
                jsonb_build_object('type', 'customer.linked', 'subject', 'cus_' || n),
                now() - '1 min'::interval + n * '1 ms'::interval, now() + '1 day'::interval
              FROM generate_series(1, $1) AS n`,
            [count],
          )
        },
      })
    } finally {
      await Promise.all(started.map((delivery) => delivery.stop()))
      await Promise.all([owner.end(), pool.end()])
    }
  })

const statusesOf = async ({ query }: Sending) =>
  (
    await query<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM outbox_messages WHERE kind = 'host.message' GROUP BY 1 ORDER BY 1`,
    )
  ).map(({ status, count }) => `${count} ${status}`)

const idsAt = ({ requests }: TestHost) => requests.map(({ id }) => id)

describe('messages to a host', () => {
  test('that was unreachable come in their order, and no attempt was used', () =>
    withHost((host) =>
      withSending(async (sending) => {
        await host.stop()
        await sending.write(20)
        sending.send(host.url)
        await eventually(async () =>
          expect(await sending.query('SELECT error FROM host_endpoints')).toEqual([{ error: 'ECONNREFUSED' }]),
        )
        await host.start()
        await eventually(async () => expect(await statusesOf(sending)).toEqual(['20 done']))
        const first = idsAt(host).slice(0, 2)
        expect(first).toEqual(['customer.linked:cus_1', 'customer.linked:cus_2'])
        expect(await sending.query('SELECT DISTINCT attempts FROM outbox_messages')).toEqual([{ attempts: 0 }])
        expect(await sending.query('SELECT error, failing_since FROM host_endpoints')).toEqual([
          { error: null, failing_since: null },
        ])
      }),
    ))

  test('come from one of several workers, and another one takes over', () =>
    withHost((host) =>
      withSending(async (sending) => {
        const [first] = [...sending.send(host.url), ...sending.send(host.url)]
        await sending.write(30)
        await eventually(async () => expect(await statusesOf(sending)).toEqual(['30 done']))
        expect(new Set(idsAt(host)).size).toBe(host.requests.length)
        await first?.stop()
        await sending.query(`DELETE FROM outbox_messages`)
        await sending.write(5)
        await eventually(async () => expect(await statusesOf(sending)).toEqual(['5 done']))
      }),
    ))

  test('have a version that grows with what they tell', () =>
    withHost((host) =>
      withSending(async (sending) => {
        sending.send(host.url)
        for (const user of ['user_a', 'user_b', 'user_c']) {
          await sending.query('DELETE FROM outbox_messages')
          await sending.query('DELETE FROM customers')
          await sending.query(`INSERT INTO customers (stripe_customer_id, user_id) VALUES ('cus_1', $1)`, [user])
          await sending.write(1)
          await eventually(async () => expect(await statusesOf(sending)).toEqual(['1 done']))
        }
        const told = host.requests.map(({ data }) => data)
        expect(told.map(({ userId }) => userId)).toEqual(['user_a', 'user_b', 'user_c'])
        const versions = told.map(({ version }) => version)
        expect(versions).toEqual([...versions].sort((a, b) => a - b))
        expect(new Set(versions).size).toBe(3)
      }),
    ))

  test('that a host refuses for three days become dead letters, and a redrive sends them again', () =>
    withHost((host) =>
      withSending(async (sending) => {
        host.behave(({ id }) => ({ status: id.endsWith('cus_1') ? 422 : 204 }))
        await sending.write(3)
        await sending.query(
          `UPDATE outbox_messages SET available_at = now() - '73 h'::interval WHERE effect_key LIKE '%_1'`,
        )
        sending.send(host.url)
        await eventually(async () => expect(await statusesOf(sending)).toEqual(['2 done', '1 failed']))
        const letters = await sending.query('SELECT type, error, attempts FROM webhook_dead_letters')
        expect(letters).toMatchObject([{ type: 'host.message', error: expect.stringMatching(/^http_422: 127/) }])

        host.behave(() => ({ status: 204 }))
        expect(await redrive(sending.pool, {})).toBe(1)
        await eventually(async () => expect(await statusesOf(sending)).toEqual(['3 done']))
      }),
    ))

  test('to one URL do not wait for another, and a message is done once both have it', () =>
    withHost((host) =>
      withHost((other) =>
        withSending(async (sending) => {
          other.behave(() => 'hangs')
          await sending.write(10)
          sending.send(host.url, other.url)
          await eventually(async () => expect(host.acknowledged.size).toBe(10))
          expect(await statusesOf(sending)).toEqual(['10 pending'])
          other.behave(() => ({ status: 200 }))
          await eventually(async () => expect(await statusesOf(sending)).toEqual(['10 done']))
          expect([...host.acknowledged.values()]).toEqual(Array(10).fill(1))
        }),
      ),
    ))

  test('about something that is gone are skipped', () =>
    withHost((host) =>
      withSending(async (sending) => {
        await sending.write(1)
        await sending.query('DELETE FROM customers')
        sending.send(host.url)
        await eventually(async () => expect(await statusesOf(sending)).toEqual(['1 skipped']))
        expect(host.requests).toEqual([])
      }),
    ))
})
