import { expect, test } from '@jest/globals'
import { type SentEvent, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { type HostRequest, withHost } from '@sluice/testing/stand-ins'
import { checkMessage, HOST_SECRET } from './support/host-messages.ts'
import { allHandled, send } from './support/stack.ts'

/** How long the host is unreachable. `HOST_OUTAGE_MINUTES=60` is an hour; the test's own outage is short. */
const OUTAGE_MS = Number(process.env['HOST_OUTAGE_MINUTES'] ?? 0.05) * 60_000
/** Messages that become due during the outage, in equal parts. */
const MESSAGES = Number(process.env['HOST_MESSAGES'] ?? 400)
const PARTS = 10
/** Events of each part of the outage, of which the times are compared. */
const EVENTS = OUTAGE_MS > 60_000 ? 100 : 3
const EVENT_PAUSE_MS = 50

/** Those of a worker, in `apps/worker/src/host/limits.ts`. */
const CONNECTIONS = 16
const CATCH_UP_PER_SECOND = 200
/** The longest pause after which an unreachable host is tried again, and what a busy machine needs for the messages. */
const RECOVERY_MS = 120_000 + MESSAGES * 250

const ENV = { HOST_WEBHOOK_SECRET: HOST_SECRET, EMAILS: 'none' }

/** Messages that wait, about customers of their own, in the order of their numbers. */
const writeMessages = (stack: Stack, from: number, to: number) =>
  stack.query(
    `WITH made AS (
        INSERT INTO customers (stripe_customer_id, user_id) SELECT 'cus_' || n, 'user_' || n FROM generate_series($1::int, $2::int) AS n
      )
      INSERT INTO outbox_messages (effect_key, kind, payload, available_at, sweep_after)
      SELECT 'customer.linked:cus_' || n || ':test', 'host.message',
        jsonb_build_object('type', 'customer.linked', 'subject', 'cus_' || n),
        now() + (n - $2::int) * '1 ms'::interval, now() + '1 day'::interval
      FROM generate_series($1::int, $2::int) AS n`,
    [from, to],
  )

async function eventsAtPace(stack: Stack, seed: string, count: number): Promise<number> {
  const events: SentEvent[] = []
  for (let user = 1; events.length < count; user += 1)
    events.push(
      ...subscriptionLifecycle({ seed: `${seed}${user}`, userId: `${seed}${user}`, steps: ['created', 'paid'] }),
    )
  for (const event of events) {
    await send(stack, event)
    await pause(EVENT_PAUSE_MS)
  }
  return events.length
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)))

/** Percentiles of the time from receipt to commit of the events of a time, in milliseconds. */
async function timesOf(stack: Stack, from: Date, to: Date): Promise<string> {
  const [row] = await stack.query<{ times: number[]; count: number }>(
    `SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM processed_at - received_at) * 1000) AS times,
        count(*)::int AS count
      FROM webhook_events WHERE received_at BETWEEN $1 AND $2`,
    [from, to],
  )
  const [median = 0, p99 = 0] = row?.times ?? []
  return `${row?.count} events, p50 ${median.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`
}

const numberOf = ({ id }: HostRequest): number => Number(/^customer\.linked:cus_(\d+):test$/.exec(id)?.[1])

/** By how many places a message came too late, at most. */
function mostOvertaken(numbers: number[]): number {
  let [greatest, most] = [0, 0]
  for (const number of numbers) {
    most = Math.max(most, greatest - number)
    greatest = Math.max(greatest, number)
  }
  return most
}

test(
  'what became due while the host was unreachable is sent in order, at a limited rate, each once',
  () =>
    withHost((host) =>
      withStack({ env: { ...ENV, HOST_WEBHOOK_URL: host.url } }, async (stack) => {
        const wrong: unknown[] = []
        host.behave((request) => {
          try {
            checkMessage(request) // now: a signature is valid for five minutes
          } catch (error) {
            wrong.push(error)
          }
          return { status: 204 }
        })
        const startedAt = new Date()
        let sent = await eventsAtPace(stack, 'before', EVENTS * 5)
        await allHandled(stack, sent)
        await eventually(() => expect(host.requests.length).toBeGreaterThan(0))

        await host.stop()
        const stoppedAt = new Date()
        for (let part = 0; part < PARTS; part += 1) {
          await writeMessages(stack, (part * MESSAGES) / PARTS + 1, ((part + 1) * MESSAGES) / PARTS)
          sent += await eventsAtPace(stack, `during${part}.`, EVENTS)
          await pause(stoppedAt.getTime() + ((part + 1) * OUTAGE_MS) / PARTS - Date.now())
        }
        await allHandled(stack, sent)

        const before = host.requests.length
        const backAt = new Date()
        await host.start()
        const late = () => host.requests.slice(before).filter((request) => numberOf(request) > 0)
        const catchingUp = eventsAtPace(stack, 'after', EVENTS * 2)
        await eventually(() => expect(late().length).toBeGreaterThanOrEqual(MESSAGES), RECOVERY_MS)
        sent += await catchingUp
        await allHandled(stack, sent)

        const first = late()[0]?.at ?? 0
        const seconds = ((late().at(-1)?.at ?? 0) - first) / 1_000
        process.stdout.write(
          `unreachable for ${((backAt.getTime() - stoppedAt.getTime()) / 60_000).toFixed(1)} min, from ${stoppedAt.toISOString()} to ${backAt.toISOString()}; ` +
            `first message ${((first - backAt.getTime()) / 1_000).toFixed(1)} s later, ${late().length} in ${seconds.toFixed(1)} s ` +
            `(${(late().length / seconds).toFixed(0)} a second), overtaken by ${mostOvertaken(late().map(numberOf))} at most\n` +
            `before: ${await timesOf(stack, startedAt, stoppedAt)}; unreachable: ${await timesOf(stack, stoppedAt, backAt)}; ` +
            `catching up: ${await timesOf(stack, backAt, new Date())}\n`,
        )
        expect(wrong).toEqual([])
        expect([...host.acknowledged.values()].every((times) => times === 1)).toBe(true)
        expect(new Set(late().map(numberOf)).size).toBe(MESSAGES)
        expect(mostOvertaken(late().map(numberOf))).toBeLessThanOrEqual(2 * CONNECTIONS)
        expect((late().length - CONNECTIONS) / seconds).toBeLessThanOrEqual(CATCH_UP_PER_SECOND * 1.1)
        await eventually(async () =>
          expect(
            await stack.query(`SELECT error FROM outbox_messages WHERE kind = 'host.message' AND status = 'pending'`),
          ).toEqual([]),
        )
        expect(await stack.query('SELECT error FROM webhook_dead_letters')).toEqual([])
      }),
    ),
  2 * OUTAGE_MS + 2 * RECOVERY_MS,
)
