import { describe, expect, test } from '@jest/globals'
import { eventually, withOwnPostgres, withPostgres } from '@sluice/testing'
import { createInbox, type Inbox, OutageError } from '../../src/inbox/append.ts'
import { connect, type PoolOptions } from '../../src/sql/pool.ts'
import { received } from '../received.ts'
import { sql } from '../sql.ts'

async function withInboxAt<T>(url: string, options: PoolOptions, use: (inbox: Inbox) => Promise<T>): Promise<T> {
  const pool = connect(url, options)
  try {
    return await use(createInbox(pool))
  } finally {
    await pool.end()
  }
}

/** As ingest opens it. */
const withInbox = (use: (inbox: Inbox, url: string) => Promise<void>) =>
  withPostgres(({ url, roleUrl }) =>
    withInboxAt(roleUrl('sluice_ingest'), { deadlineMs: 5_000 }, (inbox) => use(inbox, url)),
  )

const eventIds = async (url: string) =>
  (await sql<{ event_id: string }>(url, 'SELECT event_id FROM webhook_events')).map(({ event_id }) => event_id).sort()

describe('append', () => {
  test('records what was verified, with its exact bytes', () =>
    withInbox(async (inbox, url) => {
      const rawBody = Buffer.from('{ "name": "\\u0000 Ä" }\r\n')
      const event = received('evt_1', {
        account: 'acct_1',
        apiVersion: '2026-10-28.endive',
        customerId: 'cus_1',
        subscriptionId: 'sub_1',
        headers: { 'user-agent': 'Stripe/1.0' },
        rawBody,
      })
      const { id } = await inbox.append(event)
      expect(await sql(url, 'SELECT * FROM webhook_events')).toMatchObject([
        {
          id,
          provider: 'stripe',
          event_id: 'evt_1',
          type: 'invoice.paid',
          account: 'acct_1',
          livemode: false,
          api_version: '2026-10-28.endive',
          ordering_key: 'stripe::evt_1',
          customer_id: 'cus_1',
          subscription_id: 'sub_1',
          status: 'received',
          occurred_at: event.occurredAt,
          headers: { 'user-agent': 'Stripe/1.0' },
          raw_body: rawBody,
        },
      ])
    }))

  test('appends large events in statements of their own, and none is lost', () =>
    withInbox(async (inbox, url) => {
      const large = (id: string) => received(id, { rawBody: Buffer.alloc(700_000, 'x') })
      const small = (id: string) => received(id, { rawBody: Buffer.from('{}') })
      const events = [large('evt_1'), small('evt_2'), large('evt_3'), large('evt_4'), small('evt_5')]
      await Promise.all(events.map((event) => inbox.append(event)))
      const rows = await sql<{ transactions: string; rows: string }>(
        url,
        'SELECT count(DISTINCT xmin::text) AS transactions, count(*) AS rows FROM webhook_events',
      )
      expect(rows).toEqual([{ transactions: '3', rows: '5' }])
    }))

  test('tells one of fifty at once that it was the first', () =>
    withInbox(async (inbox, url) => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => inbox.append(received('evt_1'))))
      expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
      expect(await eventIds(url)).toEqual(['evt_1'])
    }))

  test('reports one of fifty concurrent appends as the first, also across two processes', () =>
    withPostgres(({ url, roleUrl }) =>
      withInboxAt(roleUrl('sluice_ingest'), {}, (one) =>
        withInboxAt(roleUrl('sluice_ingest'), {}, async (other) => {
          const answers = await Promise.all(
            Array.from({ length: 50 }, (_, index) => (index % 2 ? one : other).append(received('evt_1'))),
          )
          expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
          expect(await eventIds(url)).toEqual(['evt_1'])
        }),
      ),
    ))

  test('keeps the same id of two providers apart', () =>
    withInbox(async (inbox) => {
      const both = [received('one'), received('one', { provider: 'replicate' })].map((event) => inbox.append(event))
      expect((await Promise.all(both)).map(({ duplicate }) => duplicate)).toEqual([false, false])
    }))

  test('appends three hundred events at once, each in its own row', () =>
    withInbox(async (inbox, url) => {
      const ids = Array.from({ length: 300 }, (_, index) => `evt_${index}`)
      const answers = await Promise.all(
        ids.map((id) => inbox.append(received(id, { rawBody: Buffer.from(`"${id}"`) }))),
      )
      expect(new Set(answers.map(({ id }) => id)).size).toBe(300)
      const rows = await sql<{ id: string; event_id: string; raw_body: Buffer }>(url, 'SELECT * FROM webhook_events')
      for (const row of rows) expect(row.raw_body.toString()).toBe(`"${row.event_id}"`)
      const idOf = new Map(rows.map(({ id, event_id }) => [event_id, id]))
      expect(answers.map(({ id }) => id)).toEqual(ids.map((id) => idOf.get(id)))
    }))

  test('appends events that arrive while it waits for Postgres in one transaction', () =>
    withInbox(async (inbox, url) => {
      const pool = connect(url, { max: 2 })
      const holder = await pool.connect()
      try {
        await holder.query('BEGIN; LOCK TABLE webhook_events IN ACCESS EXCLUSIVE MODE')
        const first = inbox.append(received('evt_first'))
        await eventually(async () => {
          const { rowCount } = await pool.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)
          expect(rowCount).toBe(1)
        })
        const later: Promise<unknown>[] = []
        for (const id of ['evt_1', 'evt_2', 'evt_3']) {
          later.push(inbox.append(received(id)))
          await pool.query('SELECT 1')
        }
        await holder.query('COMMIT')
        await Promise.all([first, ...later])
        const rows = await sql(url, 'SELECT count(*)::int AS events FROM webhook_events GROUP BY xmin ORDER BY 1')
        expect(rows).toEqual([{ events: 1 }, { events: 3 }])
      } finally {
        holder.release(true)
        await pool.end()
      }
    }))

  test('refuses a row that Postgres rejects, and appends the others of its group', () =>
    withInbox(async (inbox, url) => {
      const bad = received('evt_bad', { occurredAt: new Date(8.64e15), livemode: 'neither' as unknown as boolean })
      const settled = await Promise.allSettled(
        [received('evt_1'), bad, received('evt_2'), received('evt_1')].map((event) => inbox.append(event)),
      )
      expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
      const [, refused] = settled as [unknown, PromiseRejectedResult]
      expect(refused.reason).not.toBeInstanceOf(OutageError)
      expect(await eventIds(url)).toEqual(['evt_1', 'evt_2'])
    }))

  test('cleans text that Postgres could not store', () =>
    withInbox(async (inbox, url) => {
      const odd = 'a\0b\ud800'
      await inbox.append(
        received('evt_1', {
          account: odd,
          apiVersion: odd,
          orderingKey: odd,
          customerId: odd,
          subscriptionId: odd,
          headers: { 'user-agent': odd, [odd]: odd },
        }),
      )
      const clean = 'a\ufffdb\ufffd'
      expect(await sql(url, 'SELECT * FROM webhook_events')).toMatchObject([
        { account: clean, ordering_key: clean, headers: { 'user-agent': clean, [clean]: clean } },
      ])
    }))
})

/** The server accepts connections and answers nothing, until it is thawed. */
async function freeze(url: string): Promise<() => void> {
  const processes = await sql<{ pid: number }>(
    url,
    `SELECT pid FROM pg_stat_activity WHERE usename = 'sluice_ingest'
      UNION SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int`,
  )
  const signalAll = (signal: NodeJS.Signals) => {
    for (const { pid } of processes) process.kill(pid, signal)
  }
  signalAll('SIGSTOP')
  return () => signalAll('SIGCONT')
}

describe('while Postgres is down', () => {
  const refusalIn = async (work: () => Promise<unknown>) => {
    const startedAt = performance.now()
    const reason = await work().then(
      () => undefined,
      (error: unknown) => error,
    )
    return { reason, tookMs: performance.now() - startedAt }
  }

  test('append and ping say so within about a second: stopped, crashed, frozen', () =>
    withOwnPostgres(({ url, roleUrl, stop, crash, start }) =>
      withInboxAt(roleUrl('sluice_ingest'), { deadlineMs: 1_000 }, async (inbox) => {
        await inbox.append(received('evt_before'))
        const expectUnavailable = async (eventId: string) => {
          const appended = await refusalIn(() => inbox.append(received(eventId)))
          expect(appended.reason).toBeInstanceOf(OutageError)
          expect(appended.tookMs).toBeLessThan(1_500)
          const pinged = await refusalIn(() => inbox.probe())
          expect(pinged.reason).toMatchObject({ message: expect.any(String) })
          expect(pinged.tookMs).toBeLessThan(1_500)
        }

        await stop()
        await expectUnavailable('evt_stopped')
        await start()
        await inbox.append(received('evt_between'))

        await crash()
        await expectUnavailable('evt_crashed')
        await start()
        await inbox.append(received('evt_after'))

        const thaw = await freeze(url)
        try {
          await expectUnavailable('evt_frozen')
        } finally {
          thaw()
        }
        expect(await inbox.append(received('evt_after'))).toMatchObject({ duplicate: true })
        expect(await eventIds(url)).toEqual(expect.arrayContaining(['evt_after', 'evt_before']))
      }),
    ))

  test('a lock on the inbox counts as an outage after the deadline', () =>
    withPostgres(({ url, roleUrl }) =>
      withInboxAt(roleUrl('sluice_ingest'), { deadlineMs: 1_000 }, async (inbox) => {
        const pool = connect(url, { max: 1 })
        const holder = await pool.connect()
        try {
          await holder.query('BEGIN; LOCK TABLE webhook_events IN ACCESS EXCLUSIVE MODE')
          const { reason, tookMs } = await refusalIn(() => inbox.append(received('evt_1')))
          expect(reason).toBeInstanceOf(OutageError)
          expect(tookMs).toBeLessThan(1_500)
        } finally {
          holder.release(true)
          await pool.end()
        }
        expect(await inbox.append(received('evt_1'))).toMatchObject({ id: expect.any(String) })
      }),
    ))
})
