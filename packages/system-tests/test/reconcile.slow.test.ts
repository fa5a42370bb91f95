import { describe, expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { openQueues } from '@sluice/queue'
import { LIFECYCLES, type LifecycleName, MONTHLY, shuffle, stripeEvent, subscriptionObject } from '@sluice/simulator'
import { entryOf, eventually, SECRETS, type Stack, startProcess, withStack } from '@sluice/testing'
import { type TestReplicate, type TestStripe, withReplicate, withStripe } from '@sluice/testing/stand-ins'
import { statesOf } from './support/billing-state.ts'
import { type Arrivals, commitInBatches, insertUsers, lifecycleOf, withDatabase } from './support/lifecycle-orders.ts'
import { addHostRows, allDone, statuses } from './support/stack.ts'

const MINUTE_MS = 60_000
const WITHHELD = 20
/** Ended an hour ago, so that no webhook can be on its way any more. */
const AN_HOUR_AGO = () => new Date(Date.now() - 60 * MINUTE_MS)

const NAMES = Object.keys(LIFECYCLES) as LifecycleName[]
const lifecycles = [...NAMES, ...NAMES.slice(0, 4)].map((name, index) =>
  lifecycleOf(`withheld:${index}`, LIFECYCLES[name].steps),
)
const events = lifecycles.flatMap((lifecycle) => lifecycle.events)
const shuffled = shuffle(events, 'withheld')
const [withheld, delivered] = [shuffled.slice(0, WITHHELD), shuffled.slice(WITHHELD)]

const ENDINGS = {
  notified1: 'succeeded',
  notified2: 'failed',
  silent1: 'succeeded',
  silent2: 'failed',
  silent3: 'canceled',
} as const
const SILENT = ['fetch-silent1-succeeded', 'fetch-silent2-failed', 'fetch-silent3-canceled']

interface Environment {
  stack: Stack
  stripe: TestStripe
  replicate: TestReplicate
}

const withEnvironment = (use: (environment: Environment) => Promise<void>) =>
  withStripe((stripe) =>
    withReplicate(
      (replicate) =>
        withStack({ env: { ...stripe.env, ...replicate.env } }, (stack) => use({ stack, stripe, replicate })),
      { secret: SECRETS.replicate, now: AN_HOUR_AGO },
    ),
  )

/** Everything happens at the providers, and some of it is not delivered. */
async function happen({ stack, stripe, replicate }: Environment): Promise<void> {
  const url = `${stack.ingests[0]?.url}/webhooks`
  stripe.put({ id: 'we_1', object: 'webhook_endpoint', url: `${url}/stripe`, enabled_events: ['*'], created: 0 })
  stripe.addEndpoint({ url: `${url}/stripe`, secret: SECRETS.stripe })
  stripe.record(withheld)
  await stripe.deliver(delivered)
  const runs = Object.entries(ENDINGS).map(([id, ending]) =>
    replicate.run({ id, ending, output: 'a text', ...(id.startsWith('notified') && { webhook: `${url}/replicate` }) }),
  )
  await Promise.all(runs.map(({ over }) => over))
}

/** The host's rows, written when it began. The worker's own polling is kept from running first. */
async function begin(stack: Stack): Promise<void> {
  await inDatabase(stack, (pool) => insertUsers(pool, lifecycles))
  const generationJobs = Object.keys(ENDINGS).map((id) => ({ id: `job_${id}`, userId: 'user_1', predictionId: id }))
  await addHostRows(stack, { users: [], generationJobs })
  await stack.query(
    `UPDATE generation_jobs SET seen_at = now() - '1 hour'::interval, poll_after = now() + '1 hour'::interval`,
  )
}

async function inDatabase<T>({ postgres }: Stack, use: (pool: ReturnType<typeof connect>) => Promise<T>): Promise<T> {
  const pool = connect(postgres.url, { max: 1 })
  return use(pool).finally(() => pool.end())
}

async function reconcile({ stack }: Environment, ...args: string[]) {
  const started = startProcess(entryOf('cli'), ['reconcile', '--since', '2026-01-01', ...args], {
    env: stack.env,
    cwd: stack.directory,
  })
  const exitCode = await started.exited
  return { exitCode, output: started.output() }
}

interface Missed {
  id: string
  events: { id: string }[]
}

const idsIn = (output: string): string[] =>
  (JSON.parse(output).missed as Missed[]).flatMap((object) => object.events.map(({ id }) => id)).sort()

const stateIn = (stack: Stack) => inDatabase(stack, (pool) => statesOf(pool, lifecycles))

/** The same events, of which none was withheld. */
const stateWithout = (arrivals: Arrivals[]) =>
  withDatabase(async (owner, worker) => {
    await insertUsers(owner, arrivals)
    await commitInBatches(worker, arrivals, 50)
    return statesOf(owner, arrivals)
  })

describe('events that were never delivered', () => {
  test('are found exactly, repaired, and not found again; a worker does so every day', () =>
    withEnvironment(async (environment) => {
      const { stack, stripe } = environment
      await begin(stack)
      await happen(environment)
      const { processed: recorded = 0 } = await allDone(stack, delivered.length, 60_000)
      const ended = await stack.query(`SELECT id FROM generation_jobs WHERE status <> 'starting'`)
      expect(ended).toHaveLength(Object.keys(ENDINGS).length - SILENT.length)

      const found = await reconcile(environment, '--json')
      expect(found.exitCode).toBe(3)
      expect(idsIn(found.output)).toEqual([...withheld.map(({ id }) => id), ...SILENT].sort())
      expect(await statuses(stack)).toEqual({ processed: recorded })

      const repaired = await reconcile(environment, '--repair')
      expect(repaired.exitCode).toBe(3)
      expect(repaired.output).toContain(`${WITHHELD + SILENT.length} of them were missed. They are in the inbox now.`)
      const all = { processed: recorded + WITHHELD + SILENT.length }
      expect(await allDone(stack, all.processed)).toEqual(all)
      expect(await stateIn(stack)).toEqual(await stateWithout(lifecycles))
      expect(await stack.query('SELECT prediction_id, status FROM generation_jobs ORDER BY 1')).toEqual(
        Object.entries(ENDINGS)
          .map(([prediction_id, status]) => ({ prediction_id, status }))
          .sort((a, b) => (a.prediction_id < b.prediction_id ? -1 : 1)),
      )

      const again = await reconcile(environment)
      expect(again).toEqual({ exitCode: 0, output: expect.stringContaining('Nothing was missed: ') })
      const before = await stateIn(stack)
      await stripe.deliver(withheld) // after all
      expect(await allDone(stack, all.processed)).toEqual(all)
      expect(await stateIn(stack)).toEqual(before)

      await missedToday(environment)
      const { length: sent } = events
      console.log(
        `${sent} events of Stripe, ${WITHHELD} withheld; 5 predictions, ${SILENT.length} silent: all found, once`,
      )
    }))
})

/** A worker asks by itself, for the last days. */
async function missedToday({ stack, stripe }: Environment): Promise<void> {
  const created = Math.floor(AN_HOUR_AGO().getTime() / 1000)
  const customer = { id: 'cus_today', object: 'customer', email: 'today@example.com' }
  stripe.record([stripeEvent('customer.created', customer, { id: 'evt_today', created })])
  // It ended too long ago to be in a list.
  const [late] = await stack.query<{ id: string; customer: string }>(
    `SELECT stripe_subscription_id AS id, stripe_customer_id AS customer FROM subscriptions WHERE status = 'active' LIMIT 1`,
  )
  const { id = '', customer: customerId = '' } = late ?? {}
  stripe.put(subscriptionObject({ id, customerId, status: 'canceled', created, periodEnd: created, price: MONTHLY }))
  const { queues, close } = await openQueues(stack.env['REDIS_URL'] ?? '')
  try {
    const maintenance = queues.find(({ name }) => name === 'maintenance')
    const schedulers = (await maintenance?.getJobSchedulers()) ?? []
    expect(schedulers.map(({ name }) => name).sort()).toEqual(['reconcile', 'retention'])
    await maintenance?.add('reconcile', {})
  } finally {
    await close()
  }

  await eventually(async () =>
    expect(await stack.query(`SELECT type, status FROM webhook_events WHERE event_id = 'evt_today'`)).toEqual([
      { type: 'customer.created', status: 'processed' },
    ]),
  )
  await eventually(async () =>
    expect(await stack.query('SELECT status FROM subscriptions WHERE stripe_subscription_id = $1', [id])).toEqual([
      { status: 'canceled' },
    ]),
  )
  const worker = stack.workers[0]
  const metrics = await (await fetch(`${worker?.url}/metrics`)).text()
  expect(metrics).toContain('webhook_reconcile_missing_total{provider="stripe"} 2')
  expect(metrics).toContain('webhook_reconcile_missing_total{provider="replicate"} 0')
  expect(metrics).toMatch(/webhook_reconcile_last_success_timestamp_seconds\{provider="stripe"\} \d/)
  expect(worker?.output()).toContain('"message":"Webhook missed"')
  expect(worker?.output()).not.toContain('today@example.com')
}
