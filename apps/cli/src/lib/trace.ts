import { setTimeout as sleep } from 'node:timers/promises'
import { type Prisma, type PrismaClient, prismaOf } from '@sluice/database/client'
import { providers } from '@sluice/providers'
import type { Pool } from 'pg'
import type { Delivery } from './delivery.ts'
import { oneLine } from './print.ts'

const EVENT = {
  id: true,
  provider: true,
  status: true,
  error: true,
  subscriptionId: true,
  orderingKey: true,
  receivedAt: true,
  processedAt: true,
} satisfies Prisma.WebhookEventSelect

type Event = Prisma.WebhookEventGetPayload<{ select: typeof EVENT }>

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
  { provider, id: eventId }: Pick<Delivery, 'provider' | 'id'>,
  timeoutMs = 5_000,
): Promise<Trace | null> {
  const prisma = prismaOf(pool)
  const where = { provider_eventId: { provider, eventId } }
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const event = await prisma.webhookEvent.findUnique({ where, select: EVENT })
    if (event && event.status !== 'received') return traceOf(prisma, event)
    if (Date.now() > deadline) return event && traceOf(prisma, event)
    await sleep(POLL_MS)
  }
}

async function traceOf(prisma: PrismaClient, event: Event) {
  const { status, error, receivedAt, processedAt } = event
  const payments = await prisma.payment.findMany({
    where: { webhookEventId: event.id },
    orderBy: { paymentId: 'asc' },
    select: PAYMENT,
  })
  const entries = await prisma.ledgerEntry.findMany({
    where: { paymentId: { in: payments.map(({ paymentId }) => paymentId) } },
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
    error,
    /** Time from receipt to commit. */
    seconds: processedAt && (processedAt.getTime() - receivedAt.getTime()) / 1000,
    payments: payments.map(withNumber),
    ledgerEntries: entries.map(withNumber),
    subscriptions,
    generationJobs: predictionId ? await prisma.generationJob.findMany({ where: { predictionId }, select: JOB }) : [],
  }
}

const predictionIdOf = ({ provider: name, orderingKey }: Event): string | undefined =>
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

function outcome({ status, error, seconds }: Trace): string {
  if (status === 'received') return 'received, still waiting for a worker'
  const time = seconds === null ? '' : ` in ${seconds.toFixed(2)} s`
  return `${status}${time}${error ? `: ${oneLine(error)}` : ''}`
}

/** Like the provider, in the currency's smallest unit. */
const money = ({ amount, currency }: { amount: number; currency: string }) => `${amount} ${currency}`
