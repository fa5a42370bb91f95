import type { PrismaClient } from '@sluice/database/client'

export type Transaction = Pick<
  PrismaClient,
  'webhookEvent' | 'customer' | 'subscription' | 'invoice' | 'payment' | 'ledgerEntry' | 'outboxMessage' | 'user'
>

/** The fields of Stripe's invoice that the tables hold. */
interface PaidInvoice {
  id: string
  livemode: boolean
  customer: string
  customer_email: string
  status: string
  number: string
  amount_due: number
  amount_paid: number
  currency: string
  attempt_count: number
  hosted_invoice_url: string
  invoice_pdf: string
  period_start: number
  period_end: number
  created: number
  total_taxes: Array<{ amount: number }>
  lines: { data: Array<{ description: string; quantity: number; amount: number }> }
  parent: { subscription_details: { subscription: string; metadata: { user_id: string } } }
}

export interface PaidEvent {
  id: string
  type: string
  created: number
  livemode: boolean
  data: { object: PaidInvoice }
}

/** Writes the same rows as our worker for a paid invoice, without the registers of the merges. */
export async function settle(tx: Transaction, id: bigint): Promise<void> {
  const claimed = await tx.webhookEvent.updateMany({
    where: { id, status: 'received' },
    data: { status: 'processed', processedAt: new Date() },
  })
  if (claimed.count === 0) return
  const row = await tx.webhookEvent.findUniqueOrThrow({ where: { id } })
  await write(tx, id, JSON.parse(Buffer.from(row.rawBody ?? []).toString('utf8')))
}

/** Records an event that no inbox has, and writes the same. An event that is recorded already is a duplicate. */
export async function recordAndSettle(tx: Transaction, event: PaidEvent): Promise<void> {
  const { id: eventId, type, livemode, data } = event
  const recorded = await tx.webhookEvent.createManyAndReturn({
    data: [
      {
        ...{ provider: 'stripe', eventId, type, livemode, orderingKey: `stripe:${data.object.customer}` },
        ...{ customerId: data.object.customer, occurredAt: inTime(event.created), headers: {} },
        ...{ rawBody: Buffer.from(JSON.stringify(event)), status: 'processed', processedAt: new Date() },
      },
    ],
    skipDuplicates: true,
    select: { id: true },
  })
  for (const { id } of recorded) await write(tx, id, event)
}

async function write(tx: Transaction, id: bigint, event: PaidEvent): Promise<void> {
  await writeState(tx, id, event)
  await writeMoney(tx, id, event.data.object)
  await writeEffects(tx, id, event)
}

async function writeState(tx: Transaction, webhookEventId: bigint, event: PaidEvent): Promise<void> {
  const { object: invoice } = event.data
  const { livemode } = event
  const { subscription: stripeSubscriptionId, metadata } = invoice.parent.subscription_details
  const stripeCustomerId = invoice.customer
  const user = await tx.user.findUnique({ where: { id: metadata.user_id } })
  const userId = user?.id ?? null

  const customer = { userId, linkUserId: metadata.user_id, livemode }
  await tx.customer.upsert({ where: { stripeCustomerId }, create: { stripeCustomerId, ...customer }, update: customer })

  const subscription = { stripeCustomerId, userId, livemode, status: 'active', isActive: true }
  await tx.subscription.upsert({
    where: { stripeSubscriptionId },
    create: { stripeSubscriptionId, ...subscription },
    update: subscription,
  })

  const contents = { ...contentsOf(invoice), stripeCustomerId, stripeSubscriptionId, livemode }
  await tx.invoice.upsert({
    where: { stripeInvoiceId: invoice.id },
    create: { stripeInvoiceId: invoice.id, ...contents },
    update: contents,
  })

  const payment = {
    ...{ stripeInvoiceId: invoice.id, stripeSubscriptionId, stripeCustomerId, userId, livemode, webhookEventId },
    status: 'succeeded',
    amount: BigInt(invoice.amount_paid),
    currency: invoice.currency,
    attemptCount: invoice.attempt_count,
    occurredAt: inTime(event.created),
  }
  await tx.payment.upsert({
    where: { paymentId: invoice.id },
    create: { paymentId: invoice.id, ...payment },
    update: payment,
  })
  if (userId) await tx.user.update({ where: { id: userId }, data: { role: 'PREMIUM' } })
}

async function writeMoney(tx: Transaction, webhookEventId: bigint, invoice: PaidInvoice): Promise<void> {
  const { id: paymentId, amount_paid, currency, livemode } = invoice
  const tax = invoice.total_taxes.reduce((sum, { amount }) => sum + amount, 0)
  const entry = { entryKey: `payment:${paymentId}`, paymentId, currency, livemode, webhookEventId }
  await tx.ledgerEntry.createMany({
    data: [
      { ...entry, account: 'cash', direction: 'debit', amount: BigInt(amount_paid) },
      { ...entry, account: 'revenue', direction: 'credit', amount: BigInt(amount_paid - tax) },
      ...(tax > 0 ? [{ ...entry, account: 'tax', direction: 'credit', amount: BigInt(tax) }] : []),
    ],
    skipDuplicates: true,
  })
}

async function writeEffects(
  tx: Transaction,
  webhookEventId: bigint,
  { id, data: { object } }: PaidEvent,
): Promise<void> {
  const userId = object.parent.subscription_details.metadata.user_id
  const payload = { paymentId: object.id }
  await tx.outboxMessage.createMany({
    data: [
      { effectKey: `receipt:${object.id}:test`, kind: 'receipt', payload, webhookEventId },
      { effectKey: `invoice:${object.id}:test`, kind: 'invoice', payload, webhookEventId },
      { effectKey: `features:${userId}:${id}`, kind: 'features.invalidate', payload: { userId }, webhookEventId },
    ],
    skipDuplicates: true,
  })
}

const contentsOf = (invoice: PaidInvoice) => ({
  status: invoice.status,
  number: invoice.number,
  amountDue: BigInt(invoice.amount_due),
  amountPaid: BigInt(invoice.amount_paid),
  tax: BigInt(invoice.total_taxes.reduce((sum, { amount }) => sum + amount, 0)),
  currency: invoice.currency,
  attemptCount: invoice.attempt_count,
  hostedInvoiceUrl: invoice.hosted_invoice_url,
  invoicePdf: invoice.invoice_pdf,
  customerEmail: invoice.customer_email,
  periodStart: inTime(invoice.period_start),
  periodEnd: inTime(invoice.period_end),
  createdAt: inTime(invoice.created),
  lines: invoice.lines.data.map(({ description, quantity, amount }) => ({ description, quantity, amount })),
})

const inTime = (seconds: number): Date => new Date(seconds * 1000)
