import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { raw } from './raw.ts'
import { fromStripe, stripeEvent } from './requests.ts'
import { type Answer, type TestIngest, withFragileIngest, withIngest } from './with-ingest.ts'

const deliver = ({ send }: Pick<TestIngest, 'send'>, id: string) =>
  send('/webhooks/stripe', fromStripe(stripeEvent({ id })))
const many = (ingest: Pick<TestIngest, 'send'>, name: string) =>
  Promise.all(Array.from({ length: 30 }, (_, index) => deliver(ingest, `evt_${name}_${index}`)))
const accepted = { status: 200, body: { received: true, duplicate: false } }
const slowest = (answers: Answer[]) => Math.max(...answers.map(({ milliseconds }) => milliseconds))

/** No answer may take longer, whatever is down, beside what this machine takes for as many that ask no store. */
const PATIENCE_MS = 2000
const patience = async ({ send }: Pick<TestIngest, 'send'>) =>
  PATIENCE_MS + slowest(await Promise.all(Array.from({ length: 30 }, () => send('/webhooks/nobody', fromStripe()))))

describe('an event is accepted while one store is down', () => {
  test('Redis: it is in the inbox, and jobs follow again when Redis is back', () =>
    withIngest({}, async (ingest) => {
      await ingest.redis.stop()
      const answers = await many(ingest, 'redis')
      for (const answer of answers) expect(answer).toMatchObject(accepted)
      expect(slowest(answers)).toBeLessThan(await patience(ingest))
      expect(await ingest.rows()).toHaveLength(30)
      expect(await deliver(ingest, 'evt_redis_0')).toMatchObject({ status: 200, body: { duplicate: true } })
      expect(await ingest.send('/readyz', { method: 'GET' })).toMatchObject({
        status: 200,
        body: { failing: ['redis'] },
      })
      await ingest.redis.start()
      let attempt = 0
      await eventually(async () => {
        attempt += 1
        await deliver(ingest, `evt_again_${attempt}`)
        expect(await ingest.jobs()).toBeGreaterThan(0)
      })
    }))

  test('Redis frozen: answers are given in time', () =>
    withIngest({}, async (ingest) => {
      ingest.redis.freeze()
      const answers = [...(await many(ingest, 'frozen')), await deliver(ingest, 'evt_next')]
      ingest.redis.thaw()
      for (const answer of answers) expect(answer).toMatchObject(accepted)
      expect(slowest(answers)).toBeLessThan(await patience(ingest))
      expect(await ingest.rows()).toHaveLength(31)
    }))

  test('Postgres: it is on the queue, and the inbox is used again when it is back', () =>
    withFragileIngest(async (ingest) => {
      await deliver(ingest, 'evt_before')
      await ingest.postgres.stop()
      const answers = await many(ingest, 'postgres')
      for (const answer of answers) expect(answer).toMatchObject(accepted)
      expect(slowest(answers)).toBeLessThan(await patience(ingest))
      expect(await ingest.jobs()).toBe(31)
      expect(await ingest.send('/readyz', { method: 'GET' })).toMatchObject({
        status: 200,
        body: { failing: ['postgres'] },
      })
      await ingest.postgres.start()
      await eventually(async () => {
        expect(await deliver(ingest, 'evt_before')).toMatchObject({ status: 200, body: { duplicate: true } })
      })
    }))

  test('Postgres stuck: answers are given in time, and what rode in jobs is not lost', () =>
    withIngest({}, async (ingest) => {
      const answers = await ingest.whileStuck(async () => [
        ...(await many(ingest, 'stuck')),
        ...(await many(ingest, 'still')),
      ])
      for (const answer of answers) expect(answer).toMatchObject(accepted)
      expect(slowest(answers)).toBeLessThan(await patience(ingest))
      expect(await ingest.jobs()).toBe(60)
      await eventually(async () =>
        expect(await deliver(ingest, 'evt_after')).toMatchObject({ body: { duplicate: true } }),
      )
    }))

  test('Postgres back after a moment: it is asked at once where the queue does not answer', () =>
    withIngest({}, async (ingest) => {
      expect(await ingest.whileStuck(() => deliver(ingest, 'evt_rode'))).toMatchObject(accepted)
      ingest.redis.freeze()
      const answers = [await deliver(ingest, 'evt_late'), await deliver(ingest, 'evt_late')]
      ingest.redis.thaw()
      expect(answers.map(({ body }) => body)).toEqual([
        { received: true, duplicate: false },
        { received: true, duplicate: true },
      ])
      expect((await ingest.rows()).map(({ event_id }) => event_id)).toContain('evt_late')
    }))

  test('both: 503 and when to come again, in time, and all is well when one is back', () =>
    withFragileIngest(async (ingest) => {
      await ingest.postgres.stop()
      ingest.redis.freeze()
      const answers = [...(await many(ingest, 'both')), ...(await many(ingest, 'both'))]
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 503, body: { error: 'unavailable' } })
        expect(answer.headers.get('retry-after')).toBe('30')
      }
      expect(slowest(answers)).toBeLessThan(await patience(ingest))
      expect(await ingest.send('/readyz', { method: 'GET' })).toMatchObject({
        status: 503,
        body: { failing: ['postgres', 'redis'] },
      })
      expect(await ingest.send('/healthz', { method: 'GET' })).toMatchObject({ status: 200 })
      ingest.redis.thaw()
      await eventually(async () => expect(await deliver(ingest, 'evt_back')).toMatchObject(accepted))
    }))
})

test('Postgres down and Redis filling up: events are refused at 80 % of its memory, not lost, and taken again after', () =>
  withFragileIngest(async (ingest) => {
    const used = async () => Number(/used_memory:(\d+)/.exec(String(await ingest.redis.call('INFO', 'memory')))?.[1])
    await deliver(ingest, 'evt_before')
    await ingest.postgres.stop()
    const limit = (await used()) + 24_000_000
    await ingest.redis.call('CONFIG', 'SET', 'maxmemory', limit)
    const padding = 'x'.repeat(100_000)
    const answers: Answer[] = []
    for (let index = 0; answers.at(-1)?.status !== 503 && index < 400; index += 1)
      answers.push(await ingest.send('/webhooks/stripe', fromStripe(stripeEvent({ id: `evt_big_${index}`, padding }))))

    expect(answers.at(-1)).toMatchObject({ status: 503, body: { error: 'unavailable' } })
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('30')
    expect(answers.length).toBeGreaterThan(10)
    expect((await used()) / limit).toBeLessThan(0.9)
    expect(await ingest.jobs()).toBe(answers.length) // evt_before, and all but the refused one
    await ingest.postgres.start()
    await eventually(async () => expect(await deliver(ingest, 'evt_after')).toMatchObject(accepted))
  }))

test('a row that Postgres refuses is refused to its sender and queued nowhere; its neighbours are taken', () =>
  withIngest({}, async (ingest) => {
    await ingest.execute("ALTER TABLE webhook_events ADD CONSTRAINT refused CHECK (event_id <> 'evt_one_3')")
    const answers = await many(ingest, 'one')
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(29)
    expect(answers[3]).toMatchObject({ status: 400, body: { error: 'invalid_payload' } })
    expect([(await ingest.rows()).length, await ingest.jobs()]).toEqual([29, 29])
  }))

/** Makes Postgres raise this SQLSTATE on every row. */
const raise = ({ execute }: TestIngest, code: string) =>
  execute(`
    CREATE FUNCTION raise_code() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no' USING ERRCODE = '${code}'; END $$;
    CREATE TRIGGER raise_code BEFORE INSERT ON webhook_events FOR EACH ROW EXECUTE FUNCTION raise_code()`)

test.each(['55000', '26000', '0A000', '42501', '42P01', '53100', '25006', 'XX000', 'P0001'])(
  'SQLSTATE %s speaks of the server: the event is kept in Redis, and without Redis its sender keeps it',
  (code) =>
    withIngest({}, async (ingest) => {
      await raise(ingest, code)
      expect(await deliver(ingest, 'evt_kept')).toMatchObject(accepted)
      expect([(await ingest.rows()).length, await ingest.jobs()]).toEqual([0, 1])
      await ingest.redis.stop()
      expect(await deliver(ingest, 'evt_sent_again')).toMatchObject({ status: 503, body: { error: 'unavailable' } })
      await ingest.execute('DROP TRIGGER raise_code ON webhook_events')
      await eventually(async () => expect(await deliver(ingest, 'evt_sent_again')).toMatchObject({ status: 200 }))
      expect((await ingest.rows()).map(({ event_id }) => event_id)).toEqual(['evt_sent_again'])
    }),
)

test.each(['22021', '23514', '54000'])('SQLSTATE %s speaks of the row: the event is refused and kept nowhere', (code) =>
  withIngest({}, async (ingest) => {
    await raise(ingest, code)
    expect(await deliver(ingest, 'evt_refused')).toMatchObject({ status: 400, body: { error: 'invalid_payload' } })
    expect([(await ingest.rows()).length, await ingest.jobs()]).toEqual([0, 0])
  }),
)

describe('stopping', () => {
  test('a request under way is answered, and its connection closed', () =>
    withIngest({}, async (ingest) => {
      const { body, headers } = fromStripe()
      const lines = Object.entries({ ...headers, host: 'x', 'content-length': `${body.length}` }).map((pair) =>
        pair.join(': '),
      )
      const head = `POST /webhooks/stripe HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
      const arrived = new Promise<void>((resolve) => ingest.server.http.once('request', () => resolve()))
      const stopping = arrived.then(() => ({ stopped: ingest.server.stop(5000) }))
      const answer = await raw(ingest.port, [head, stopping.then(() => body)])
      expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*Connection: close[\s\S]*"received":true/)
      await (await stopping).stopped
      expect(await ingest.rows()).toHaveLength(1)
      expect(await raw(ingest.port, ['x'])).toBe('')
    }))

  test('a request whose first bytes are here is answered as well', () =>
    withIngest({}, async (ingest) => {
      const connected = once(ingest.server.http, 'connection').then(([socket]: Socket[]) => socket as Socket)
      const arrived = connected.then((socket) => once(socket, 'data'))
      const stopping = arrived.then(() => ({ stopped: ingest.server.stop(5000) }))
      const rest = stopping.then(() => 'ealthz HTTP/1.1\r\nHost: x\r\n\r\n')
      expect(await raw(ingest.port, ['GET /h', rest])).toMatch(/^HTTP\/1.1 200 OK[\s\S]*Connection: close[\s\S]*alive/)
      await (await stopping).stopped
    }))

  test('a sender that was refused in the middle of its body still reads the whole answer', () =>
    withIngest({}, async (ingest) => {
      const head = 'POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n'
      const answered = once(ingest.server.http, 'request').then(([, response]) => response as ServerResponse)
      const stopping = answered
        .then((response) => eventually(() => expect(response.headersSent).toBe(true)))
        .then(() => ({ stopped: ingest.server.stop(5000) }))
      expect(await raw(ingest.port, [head, stopping.then(() => 'x')])).toMatch(
        /^HTTP\/1.1 413 [\s\S]*"payload_too_large"}$/,
      )
      await (await stopping).stopped
    }))
})
