import { expect, test } from '@jest/globals'
import { createRandom, type SentEvent, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { type HostBehavior, type TestHost, withHost } from '@sluice/testing/stand-ins'
import { checkMessage, HOST_SECRET } from './support/host-messages.ts'
import { allHandled, send } from './support/stack.ts'

/** `HOST_MESSAGES=10000` is a busy day; the test's own is small. */
const MESSAGES = Number(process.env['HOST_MESSAGES'] ?? 300)
/** Events of which the times are compared, before and while the host fails. */
const EVENTS = Math.min(200, Math.max(40, MESSAGES / 50))
const EVENT_PAUSE_MS = 50
/** How long the host is unreachable. */
const UNREACHABLE_MS = 3_000
const DEADLINE_MS = 120_000 + MESSAGES * 60

const ENV = {
  HOST_WEBHOOK_SECRET: HOST_SECRET,
  EMAILS: 'none',
  HANDLER_TIMEOUT_MS: '4000', // so a host that hangs is given up after two seconds
  EVENT_BACKOFF_MS: '100',
  EVENT_BACKOFF_MAX_MS: '200',
}

/** The behavior that a request meets, with its probability. */
const BEHAVIORS: [number, HostBehavior][] = [
  [0.06, { status: 500 }],
  [0.06, { status: 410 }],
  [0.03, 'hangs'],
  [0.1, { status: 200, delayMs: 200, body: 'late' }],
  [0.05, { status: 302, headers: { location: '/elsewhere' } }],
  [0.04, 'resets'],
  [0.03, 'endless'],
]

function failing(seed: string): () => HostBehavior {
  const random = createRandom(seed)
  return () => {
    let left = random.next()
    for (const [share, behavior] of BEHAVIORS) {
      left -= share
      if (left < 0) return behavior
    }
    return { status: 204 }
  }
}

/** Messages that wait, about customers of their own. */
const writeMessages = (stack: Stack) =>
  stack.query(
    `WITH made AS (
        INSERT INTO customers (stripe_customer_id, user_id) SELECT 'cus_' || n, 'user_' || n FROM generate_series(1, $1) AS n
      )
      INSERT INTO outbox_messages (effect_key, kind, payload, sweep_after)
      SELECT 'customer.linked:cus_' || n || ':test', 'host.message',
        jsonb_build_object('type', 'customer.linked', 'subject', 'cus_' || n), now() + '1 day'::interval
      FROM generate_series(1, $1) AS n`,
    [MESSAGES],
  )

async function eventsAtPace(stack: Stack, seed: string): Promise<number> {
  const events: SentEvent[] = []
  for (let user = 1; events.length < EVENTS; user += 1)
    events.push(
      ...subscriptionLifecycle({ seed: `${seed}${user}`, userId: `${seed}${user}`, steps: ['created', 'paid'] }),
    )
  for (const event of events) {
    await send(stack, event)
    await new Promise((resolve) => setTimeout(resolve, EVENT_PAUSE_MS))
  }
  return events.length
}

/** The 99th percentile of the time from receipt to commit of events since then, in milliseconds. */
async function p99Since(stack: Stack, since: Date): Promise<number> {
  const [row] = await stack.query<{ ms: number }>(
    `SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM processed_at - received_at) * 1000) AS ms
      FROM webhook_events WHERE received_at >= $1`,
    [since],
  )
  return row?.ms ?? 0
}

const pendingAt = (stack: Stack) =>
  stack.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM outbox_messages WHERE kind = 'host.message' AND status = 'pending'`,
  )

test(
  'a host that fails in every way gets each message, no event waits for it, and no other host',
  () =>
    withHost((host) =>
      withHost(
        (untrusted) =>
          withStack({ env: { ...ENV, HOST_WEBHOOK_URL: `${host.url},${untrusted.url}` } }, async (stack) => {
            const start = new Date()
            const before = await eventsAtPace(stack, 'before')
            await allHandled(stack, before)
            const p99Before = await p99Since(stack, start)

            host.behave(failing('host'))
            const failingSince = new Date()
            await writeMessages(stack)
            const stopped = stopFor(host)
            const during = await eventsAtPace(stack, 'during')
            await allHandled(stack, before + during)
            const p99During = await p99Since(stack, failingSince)
            await stopped

            await eventually(() => expectAll(host), DEADLINE_MS)
            const seconds = (Date.now() - failingSince.getTime()) / 1_000
            for (const request of host.requests) checkMessage(request)
            expect(host.elsewhere).toEqual([])
            expect(host.mostAtOnce()).toBeLessThanOrEqual(16)
            expect(untrusted.requests).toEqual([]) // nobody trusts its certificate
            const repeated = [...host.acknowledged.values()].filter((times) => times > 1).length
            expect(repeated).toBeLessThanOrEqual(16) // whose answers were lost when it became unreachable
            process.stdout.write(
              `${MESSAGES} messages in ${seconds.toFixed(1)} s, ${host.requests.length} requests, ${repeated} acknowledged twice; ` +
                `p99 of events ${p99Before.toFixed(0)} ms before, ${p99During.toFixed(0)} ms during\n`,
            )

            // Once the other URL is taken out of the settings, nothing waits any more.
            host.behave(() => ({ status: 204 }))
            await stack.workers[0]?.kill('SIGTERM')
            await stack.start('worker', { env: { HOST_WEBHOOK_URL: host.url } })
            await eventually(async () => expect(await pendingAt(stack)).toEqual([{ count: 0 }]), DEADLINE_MS)
            expect(await stack.query('SELECT error FROM webhook_dead_letters')).toEqual([])
          }),
        { tls: true },
      ),
    ),
  2 * DEADLINE_MS,
)

async function stopFor(host: TestHost): Promise<void> {
  await eventually(async () => expect(host.acknowledged.size).toBeGreaterThan(MESSAGES / 10), DEADLINE_MS)
  await host.stop()
  await new Promise((resolve) => setTimeout(resolve, UNREACHABLE_MS))
  await host.start()
}

async function expectAll({ acknowledged }: TestHost): Promise<void> {
  const missing = Array.from({ length: MESSAGES }, (_, index) => `customer.linked:cus_${index + 1}:test`).filter(
    (id) => !acknowledged.has(id),
  )
  expect(missing.length).toBe(0)
}
