import { expect } from '@jest/globals'
import {
  invoiceObject,
  predictionLifecycle,
  type SentEvent,
  stripeEvent,
  subscriptionLifecycle,
} from '@sluice/simulator'
import { eventually, type Stack } from '@sluice/testing'
import { send, sendAll } from '../stack.ts'
import type { Prometheus } from './prometheus.ts'
import { counted, fires, stops } from './raised-alerts.ts'

const AT = Date.UTC(2026, 0, 5, 9) / 1000
let made = 0

/** Fails for good at its first attempt: its object is not what its type promises. */
const broken = (): SentEvent => stripeEvent('invoice.paid', { id: 7 }, { id: `evt_${++made}`, created: AT })

/** Of an object of its own, so that none waits for another. */
export const harmless = (): SentEvent =>
  stripeEvent('foo.created', { id: `foo_${++made}` }, { id: `evt_${made}`, created: AT })

const unpaid = (): SentEvent => {
  const invoice = invoiceObject({ id: `in_${++made}`, customerId: 'cus_1', status: 'open', amount: 1_900, created: AT })
  return stripeEvent('invoice.payment_failed', invoice, { id: `evt_${made}`, created: AT })
}

/**
 * A commit that takes 11 s: the four that a worker takes at once are given up together and then slow each by itself, and
 * what comes after them waits.
 */
export async function slowDown(
  stack: Stack,
  prometheus: Prometheus,
  whileWaiting: string,
  afterwards: string,
): Promise<void> {
  const takes = (seconds: number) =>
    stack.query(`CREATE OR REPLACE FUNCTION slow_down() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(${seconds}); RETURN NULL; END'`)
  await takes(11)
  await stack.query(
    'CREATE TRIGGER slow_down AFTER UPDATE ON webhook_events FOR EACH STATEMENT EXECUTE FUNCTION slow_down()',
  )
  await eventually(async () => expect(await prometheus.firing()).toEqual([]), 30_000)
  for (let sent = 0; sent < 6; sent += 1) await send(stack, harmless())
  await fires(prometheus, whileWaiting)
  await takes(0)
  await fires(prometheus, afterwards)
  await stops(prometheus, whileWaiting)
}

export async function repeat(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  const event = harmless()
  for (let sent = 0; sent < 2; sent += 1) await send(stack, event)
  await counted(prometheus, 'webhook_requests_total{outcome="duplicate"}', 1)
  await stops(prometheus, alert)
  for (let sent = 0; sent < 20; sent += 1) await send(stack, event)
  await fires(prometheus, alert)
}

export async function fail(stack: Stack, prometheus: Prometheus, alerts: string[]): Promise<void> {
  for (const alert of alerts) await stops(prometheus, alert)
  for (let sent = 0; sent < 5; sent += 1) await send(stack, broken())
  for (const alert of alerts) await fires(prometheus, alert)
}

export async function decline(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  await stops(prometheus, alert)
  for (let sent = 0; sent < 15; sent += 1) await send(stack, unpaid())
  await fires(prometheus, alert)
}

/** Its generation job is missing in the host's table. */
export async function withholdJob(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  const [event] = predictionLifecycle({ seed: 'no job', output: 'text' }) as [SentEvent]
  await stops(prometheus, alert)
  await send(stack, event)
  await fires(prometheus, alert, 'cause="generation_job"')
  const job = ['job_1', JSON.parse(event.body).id]
  await stack.query('INSERT INTO generation_jobs (id, prediction_id) VALUES ($1, $2)', job)
  await stops(prometheus, alert)
}

/** A customer pays, and the mail server does not take the receipt. */
export async function leaveUnsent(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  await stops(prometheus, alert)
  const steps = ['customer_created', 'created', 'finalized', 'activated', 'paid', 'payment_succeeded'] as const
  await sendAll(stack, subscriptionLifecycle({ seed: 'unsent', email: 'ada@customer.example', steps }))
  await fires(prometheus, alert, 'cause="unreachable"')
}
