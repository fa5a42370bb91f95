import { setTimeout as sleep } from 'node:timers/promises'
import { type Prisma, type PrismaClient, prismaOf } from '@sluice/database/client'
import { providers } from '@sluice/providers'
import type { Delivery } from '@sluice/sending'
import type { Pool } from 'pg'
import { oneLine } from './print.ts'

export const TRACED = {
  id: true,
  provider: true,
  eventId: true,
  status: true,
  attempts: true,
  error: true,
  waitingFor: true,
  customerId: true,
  subscriptionId: true,
  orderingKey: true,
  receivedAt: true,
  processedAt: true,
} satisfies Prisma.WebhookEventSelect

export type TracedEvent = Prisma.WebhookEventGetPayload<{ select: typeof TRACED }>

const PAYMENT = { paymentId: true, status: true, amount: true, currency: true } satisfies Prisma.PaymentSelect
const ENTRY = { entryKey: true, account: true, direction: true, amount: true, currency: true } as const
const SUBSCRIPTION = {
  stripeSubscriptionId: true,
  stripeCustomerId: true,
  status: true,
  isActive: true,
  billingPeriod: true,
} satisfies Prisma.SubscriptionSelect
const JOB = { id: true, predictionId: true, status: true, error: true } satisfies Prisma.GenerationJobSelect

/** The result of an event: its inbox row and the rows derived from it. */
export type Trace = Awaited<ReturnType<typeof traceOf>>

const POLL_MS = 50

/** Waits until the event is settled, at most `timeoutMs`. Null if the inbox does not have the event by then. */
export async function follow(
  pool: Pool,
  delivery: Pick<Delivery, 'provider' | 'id'>,
  timeoutMs = 5_000,
): Promise<Trace | null> {
  const event = await settled(pool, delivery, timeoutMs)
  return event && traceOf(prismaOf(pool), event)
}

/** The row of an event when it is settled, or as it is after `timeoutMs`. */
export async function settled(
  pool: Pool,
  { provider, id: eventId }: Pick<Delivery, 'provider' | 'id'>,
  timeoutMs = 5_000,
): Promise<TracedEvent | null> {
  const where = { provider_eventId: { provider, eventId } }
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const event = await prismaOf(pool).webhookEvent.findUnique({ where, select: TRACED })
    if ((event && event.status !== 'received') || Date.now() > deadline) return event
    await sleep(POLL_MS)
  }
}

export async function traceOf(prisma: PrismaClient, event: TracedEvent) {
  const { status, attempts, error, waitingFor, receivedAt, processedAt } = event
  const payments = await prisma.payment.findMany({
    where: { webhookEventId: event.id },
    orderBy: { paymentId: 'asc' },
    select: PAYMENT,
  })
  const entries = await prisma.ledgerEntry.findMany({
    where: { OR: [{ webhookEventId: event.id }, { paymentId: { in: payments.map(({ paymentId }) => paymentId) } }] },
    orderBy: { id: 'asc' },
    select: ENTRY,
  })
  const subscriptions = event.subscriptionId
    ? await prisma.subscription.findMany({
        where: { stripeSubscriptionId: event.subscriptionId },
        select: SUBSCRIPTION,
      })
    : []
  const predictionId = predictionIdOf(event)
  return {
    status,
    attempts,
    error,
    waitingFor,
    /** Time from receipt to commit. */
    seconds: processedAt && (processedAt.getTime() - receivedAt.getTime()) / 1000,
    payments: payments.map(withNumber),
    ledgerEntries: entries.map(withNumber),
    subscriptions,
    generationJobs: predictionId ? await prisma.generationJob.findMany({ where: { predictionId }, select: JOB }) : [],
  }
}

const predictionIdOf = ({ provider: name, orderingKey }: TracedEvent): string | undefined =>
  providers.find((provider) => provider.name === name)?.predictionIdOf?.(orderingKey)

/** JSON has no bigint. */
const withNumber = <T extends { amount: bigint }>(row: T) => ({ ...row, amount: Number(row.amount) })

/** Describes a trace as text, with a line for each row. */
export function describeTrace(trace: Trace): string[] {
  return [
    `  ${outcome(trace)}`,
    ...trace.payments.map((row) => `  payment       ${row.paymentId}  ${row.status}  ${money(row)}`),
    ...trace.ledgerEntries.map((row) => `  ledger        ${row.direction} ${row.account}  ${money(row)}`),
    ...trace.subscriptions.map((row) => `  subscription  ${row.stripeSubscriptionId}  ${row.status}`),
    ...trace.generationJobs.map((row) => `  generation    ${row.predictionId}  ${row.status}`),
  ]
}

/** Whether its last attempt failed, even if another one follows. */
export const isFailing = ({ status, attempts, error }: Pick<Trace, 'status' | 'attempts' | 'error'>): boolean =>
  status === 'failed' || (status === 'received' && attempts > 0 && error !== null)

function outcome(trace: Trace): string {
  const { status, attempts, error, waitingFor, seconds } = trace
  if (isFailing(trace) && status === 'received')
    return `failed ${attempts} ${attempts === 1 ? 'time' : 'times'}, and is tried again: ${oneLine(error ?? '')}`
  if (status === 'received') return `received, still waiting for ${oneLine(waitingFor ?? 'a worker')}`
  const time = seconds === null ? '' : ` in ${seconds.toFixed(2)} s`
  return `${status}${time}${error ? `: ${oneLine(error)}` : ''}`
}

/** Like the provider, in the currency's smallest unit. */
const money = ({ amount, currency }: { amount: number; currency: string }) => `${amount} ${currency}`
