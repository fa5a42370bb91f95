import { describe, expect, test } from '@jest/globals'
import { redrive } from '@sluice/database/dead-letters'
import { eventually } from '@sluice/testing'
import { type TestHost, withHost } from '@sluice/testing/stand-ins'
import { type Sending, withSending } from './with-sending.ts'

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
        await sending.query(`UPDATE customers SET user_id = 'user_2'`)
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
