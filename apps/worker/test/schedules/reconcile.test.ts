import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { openApis } from '@sluice/providers/apis'
import { createLogger } from '@sluice/runtime/logger'
import { stripeEvent } from '@sluice/simulator'
import { entryOf, startProcess, withFolder, withPostgres } from '@sluice/testing'
import { type TestReplicate, type TestStripe, withReplicate, withStripe } from '@sluice/testing/stand-ins'
import { type Reconciling, reconcileDaily } from '../../src/schedules/reconcile.ts'

const HOUR_MS = 3_600_000
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS)

/** It was made ten hours ago. */
const ENDPOINT = {
  ...{ id: 'we_1', object: 'webhook_endpoint', url: 'https://a.example/webhooks/stripe' },
  ...{ enabled_events: ['*'], created: Math.floor(hoursAgo(10).getTime() / 1000) },
}

interface Test {
  stripe: TestStripe
  replicate: TestReplicate
  /** Asks as a worker with these keys does once a day. */
  reconcile(env?: Record<string, string>, changes?: Partial<Reconciling>): Promise<void>
  recorded(): Promise<string[]>
  /** The rows of the inbox, but for what differs between any two runs. */
  rows(): Promise<Record<string, unknown>[]>
  /** Runs the command line with these keys, and returns its exit code. */
  command(...args: string[]): Promise<number | null>
  pool: Reconciling['pool']
  /** Empties the inbox. */
  forget(): Promise<void>
}

test('asks every provider, whichever of them refuses', () =>
  withProviders(async ({ stripe, replicate, reconcile, recorded }) => {
    replicate.failApi(403, 1)
    await expect(reconcile()).rejects.toMatchObject({ code: 'replicate_403' })
    expect(await recorded()).toEqual(['evt_30h', 'evt_5h'])

    stripe.failWith({ status: 403 })
    await expect(reconcile()).rejects.toMatchObject({ code: 'stripe_refused' })
    expect(await recorded()).toEqual(['evt_30h', 'evt_5h', 'fetch-silent-succeeded'])
  }))

test('each question stays recorded: what was missed in which hour, and what became of the rest', () =>
  withProviders(async ({ stripe, replicate, reconcile, pool }) => {
    stripe.put(ENDPOINT)
    replicate.failApi(403, 1)
    await expect(reconcile()).rejects.toMatchObject({ code: 'replicate_403' })
    await pool.query(`UPDATE webhook_events SET status = 'processed' WHERE event_id = 'evt_5h'`)
    await reconcile()
    const { rows } = await pool.query('SELECT * FROM reconcile_runs ORDER BY id')
    expect(
      rows.map(({ provider, asked_by, checked, missed, error }) => [provider, asked_by, checked, missed, error]),
    ).toEqual([
      ['replicate', 'schedule', 0, 0, 'replicate_403'],
      ['stripe', 'schedule', 2, 2, null],
      ['replicate', 'schedule', 1, 1, null],
      ['stripe', 'schedule', 2, 0, null],
    ])
    const [, first, , second] = rows
    const none = { processed: 0, ignored: 0, failed: 0, waiting: 0, missed: 0, past: 0 }
    expect(first.hours).toMatchObject([
      { ...none, sent: 0, past: 1 },
      { ...none, sent: 1, missed: 1 },
    ])
    expect(second.hours).toMatchObject([
      { ...none, sent: 1, waiting: 1 },
      { ...none, sent: 1, processed: 1 },
    ])
    expect(first.events.map(({ eventId }: { eventId: string }) => eventId).sort()).toEqual(['evt_30h', 'evt_5h'])
  }))

test('does not ask for events that are so old that retention may have deleted them', () =>
  withProviders(async ({ stripe, reconcile, recorded }) => {
    await reconcile(stripe.env, { eventDays: 1 })
    expect(await recorded()).toEqual(['evt_5h'])
  }))

test('stops between two pages when the worker stops', () =>
  withProviders(async ({ stripe, reconcile }) => {
    await expect(reconcile(stripe.env, { isStopping: () => true })).rejects.toThrow('the worker stops')
    await expect(reconcile(stripe.env, { isStopping: () => false })).resolves.toBeUndefined()
  }))

test('records the same rows as the command, and what happened before the endpoint existed as silent', () =>
  withProviders(async ({ stripe, reconcile, rows, command, forget }) => {
    stripe.put(ENDPOINT)
    await reconcile()
    const byWorker = await rows()
    expect(byWorker).toMatchObject([
      { event_id: 'evt_30h', silent: true },
      { event_id: 'evt_5h', silent: false },
      { event_id: 'fetch-silent-succeeded', silent: false },
    ])
    await forget()
    expect(await command('reconcile', '--repair')).toBe(3)
    expect(await rows()).toEqual(byWorker)
    expect(await command('reconcile', '--repair')).toBe(0)
    await reconcile()
    expect(await rows()).toEqual(byWorker)
  }))

/** Of two events and the end of a prediction no webhook came. */
const withProviders = (use: (test: Test) => Promise<void>): Promise<void> =>
  withPostgres(({ url }) =>
    withStripe((stripe) =>
      withReplicate(
        async (replicate) => {
          const pool = connect(url)
          try {
            for (const hours of [5, 30]) {
              const created = Math.floor(hoursAgo(hours).getTime() / 1000)
              const customer = { id: `cus_${hours}`, object: 'customer' }
              stripe.record([stripeEvent('customer.created', customer, { id: `evt_${hours}h`, created })])
            }
            await replicate.run({ id: 'silent', output: 'a text' }).over
            await pool.query(
              `INSERT INTO generation_jobs (id, prediction_id, seen_at) VALUES ('job_1', 'silent', now() - '1 hour'::interval)`,
            )
            await use({ stripe, replicate, ...toolsOf(pool, url, { ...stripe.env, ...replicate.env }) })
          } finally {
            await pool.end()
          }
        },
        { now: () => hoursAgo(1) },
      ),
    ),
  )

function toolsOf(
  pool: Reconciling['pool'],
  url: string,
  all: Record<string, string>,
): Omit<Test, 'stripe' | 'replicate'> {
  const logger = createLogger('worker', 'error')
  return {
    pool,
    reconcile: async (env = all, changes = {}) => {
      const apis = await openApis(env, 5_000)
      await reconcileDaily({ pool, apis, eventDays: 30, logger, isStopping: () => false, ...changes })
    },
    recorded: async () => {
      const { rows } = await pool.query('SELECT event_id AS id FROM webhook_events ORDER BY event_id')
      return rows.map(({ id }) => id)
    },
    rows: async () => {
      const { rows } = await pool.query('SELECT * FROM webhook_events ORDER BY event_id')
      return rows.map(({ id: _, received_at: __, sweep_after: ___, ...row }) => row)
    },
    command: (...args) => {
      const env = { ...all, DATABASE_URL: url }
      return withFolder((cwd) => startProcess(entryOf('cli'), args, { env, cwd }).exited)
    },
    forget: async () => {
      await pool.query('DELETE FROM webhook_events')
    },
  }
}
