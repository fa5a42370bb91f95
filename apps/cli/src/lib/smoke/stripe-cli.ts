import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { prismaOf } from '@sluice/database/client'
import type { Delivery } from '@sluice/sending'
import { z } from 'zod'
import type { Run } from './run.ts'

/**
 * Of all handled events that `stripe trigger` supports, this one creates the fewest objects: one payment intent and no
 * customer.
 */
const EVENT = 'payment_intent.succeeded'
const INSTALL = 'stripe is not on the PATH: install the Stripe CLI, https://docs.stripe.com/stripe-cli/install'
const TRIGGER_MS = 60_000
const ARRIVAL_MS = 30_000
const POLL_MS = 250

/** `stripe` prefers a key in the environment over the one of `stripe login`. @throws if that key is a live key. */
export function refuseLiveKey({ STRIPE_API_KEY: key }: NodeJS.ProcessEnv): void {
  if (!/^[a-z]+_live_/.test(key ?? '')) return
  throw new Error('STRIPE_API_KEY is a live key, and stripe trigger would use it. Set a test-mode key, or none.')
}

/**
 * Lets Stripe create the event. The metadata contains the run's name, and Stripe copies it to the charge:
 * https://docs.stripe.com/cli/trigger and https://docs.stripe.com/metadata
 * @throws when the CLI is not installed or fails.
 */
export async function trigger({ name }: Pick<Run, 'name'>, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const command = ['trigger', EVENT, '--add', `payment_intent:metadata.sluice_smoke=${name}`]
  const running = promisify(execFile)('stripe', command, { env, timeout: TRIGGER_MS })
  running.child.stdin?.end() // without a login it would prompt
  await running.catch(({ code, signal, stderr }) => {
    if (code === 'ENOENT') throw new Error(INSTALL)
    throw new Error(`stripe trigger ended with ${code ?? signal}: ${reasonIn(stderr)}`)
  })
}

/** Waits until the event is in the inbox. @throws after `timeoutMs`. */
export async function arrival(run: Run, timeoutMs = ARRIVAL_MS): Promise<Delivery> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const event = (await eventsOf(run)).find(({ type }) => type === EVENT)
    if (event) return event
    if (Date.now() > deadline) throw new Error(nothingCame(run.to, timeoutMs))
    await sleep(POLL_MS)
  }
}

const events = z.array(z.object({ provider: z.string(), id: z.string(), type: z.string(), body: z.string() }))

/** The run's Stripe events that have arrived so far, found by the run's name in the body. */
export async function eventsOf({ pool, name, after }: Run): Promise<Array<Delivery & { type: string }>> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT provider, event_id AS id, type, convert_from(raw_body, 'UTF8') AS body FROM webhook_events
    WHERE id > ${after} AND provider = 'stripe' AND position(convert_to(${name}, 'UTF8') IN raw_body) > 0`
  return events.parse(rows)
}

const nothingCame = (to: string, timeoutMs: number) =>
  `no event arrived within ${timeoutMs / 1000} s. Run stripe listen --forward-to ${to}/webhooks/stripe: it should show [200]`

/** Stripe's error message, else the last line. Removes keys. */
function reasonIn(printed: string): string {
  const answered = /"message": "(.+)"/.exec(printed)?.[1]
  const reason = answered ?? printed.trim().split('\n').at(-1) ?? ''
  return reason.trim().replace(/\b[a-z]+_(test|live)_[\w*]+/g, '$1 key')
}
