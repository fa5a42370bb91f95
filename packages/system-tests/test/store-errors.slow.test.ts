import { describe, expect, test } from '@jest/globals'
import { type SentEvent, seedStream, stripeEvent } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import pg from 'pg'
import { addHostRows, allDone, send, sendAll } from './support/stack.ts'

const refused = (answers: { status: number; body: unknown }[]) =>
  answers.filter(({ status }) => status !== 200).map(({ status, body }) => ({ status, body }))

const recorded = async (stack: Stack): Promise<number> =>
  (await stack.query<{ count: number }>('SELECT count(*)::int AS count FROM webhook_events'))[0]?.count ?? 0

const noAttemptUsed = async (stack: Stack) =>
  expect(await stack.query('SELECT event_id, error FROM webhook_events WHERE attempts > 0')).toEqual([])

/** Runs statements from another database of the same server. */
async function fromOutside(stack: Stack, ...statements: string[]): Promise<void> {
  const url = new URL(stack.postgres.url)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

describe('while Postgres answers that it cannot work, every event is taken, and processed afterwards', () => {
  /** SQLSTATE 55000 at every connection. */
  test('the database takes no connections', () =>
    withStack({ ingests: 2 }, async (stack) => {
      const name = new URL(stack.postgres.url).pathname.slice(1)
      const { events, ...hostRows } = seedStream({ events: 600, seed: 'no connections' })
      await addHostRows(stack, hostRows)

      let answered = 0
      const sending = sendAll(stack, events, 16)
      const counting = sending.then(() => {
        answered = events.length
      })
      await eventually(async () => expect(await recorded(stack)).toBeGreaterThan(50))
      await fromOutside(
        stack,
        `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
      )
      try {
        await counting
        expect(answered).toBe(events.length)
      } finally {
        await fromOutside(stack, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
      }
      expect(refused(await sending)).toEqual([])
      expect(await allDone(stack, events.length, 150_000)).toEqual({ processed: events.length })
      await noAttemptUsed(stack)
    }))

  /** As behind a pooler that keeps no prepared statements, or that supports less than Postgres. */
  test('no statement that appends or commits works: 26000, 0A000, 55000', () =>
    withStack({}, async (stack) => {
      const { events, ...hostRows } = seedStream({ events: 90, seed: 'answers' })
      await addHostRows(stack, hostRows)
      for (const [index, code] of ['26000', '0A000', '55000'].entries()) {
        const lift = await failAll(stack, code)
        const answers = await sendAll(stack, events.slice(index * 30, (index + 1) * 30))
        await lift()
        expect(refused(answers)).toEqual([])
      }
      expect(await allDone(stack, events.length, 150_000)).toEqual({ processed: events.length })
      await noAttemptUsed(stack)
    }))
})

/** Every INSERT and UPDATE of the inbox fails with this SQLSTATE. Returns what makes it work again. */
async function failAll(stack: Stack, code: string): Promise<() => Promise<unknown>> {
  await stack.query(`
    CREATE FUNCTION fail_all() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '${code}'; END $$;
    CREATE TRIGGER fail_all BEFORE INSERT OR UPDATE ON webhook_events FOR EACH ROW EXECUTE FUNCTION fail_all()`)
  return () => stack.query('DROP FUNCTION fail_all CASCADE')
}

test.each(['22003', '23514', '54000'])(
  'an event whose row Postgres refuses with %s is a bad request, its neighbours are not',
  (code) =>
    withStack({}, async (stack) => {
      await stack.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'this row' USING ERRCODE = '${code}'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON webhook_events FOR EACH ROW WHEN (NEW.event_id = 'evt_bad')
        EXECUTE FUNCTION refuse()`)
      const event = (id: string): SentEvent =>
        stripeEvent('foo.created', { id: 'foo_1' }, { id, created: 1_767_600_000 })
      const ids = ['evt_1', 'evt_2', 'evt_bad', 'evt_3', 'evt_4']
      const answers = await Promise.all(ids.map((id) => send(stack, event(id))))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 200, 200])
      expect(answers[2]?.body).toEqual({ error: 'invalid_payload' })
      expect(await allDone(stack, 4)).toEqual({ ignored: 4 })
    }),
)
