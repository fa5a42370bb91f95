import { type Effect, effectKey, type Fact, type PaymentFact, RECEIPT_SECONDS } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { Merged, Traced } from '../merges/index.ts'
import { namedLinks } from '../merges/links.ts'
import { type PaymentInput, type PaymentRegisters, paidOf } from '../merges/payment.ts'
import {
  linksOfReference,
  moneyOf,
  paidAtOf,
  paymentIdOf,
  type ReferenceRegisters,
} from '../merges/payment-reference.ts'
import { eachOrigin } from '../merges/stripe.ts'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { parseRows } from '../sql/rows.ts'

/**
 * Completes the payments of a batch from merged rows: payments of the intents and charges whose references changed, and
 * the customers of payments of which only a part is known. The references are locked, so of two transactions that each
 * know a part of an intent, the second one knows all of it.
 */
export async function derivePayments(
  client: PoolClient,
  facts: Traced<Fact>[],
  references: Merged | undefined,
): Promise<PaymentInput[]> {
  const said = facts.filter((fact): fact is Traced<PaymentFact> => fact.kind === 'payment')
  const payments = await withCustomers(client, said)
  if (!references || references.changed.size === 0) return payments
  const eventOf = eventsOfReferences(facts)
  const changed = [...references.registers].map(([reference, registers]) => ({
    reference,
    registers: registers as ReferenceRegisters,
    webhookEventId: eventOf.get(reference) ?? '',
  }))
  await startWaiting(client, changed)
  return [...payments, ...changed.flatMap(paymentsOf), ...(await movedTo(client, changed))]
}

export interface Changed {
  reference: string
  registers: ReferenceRegisters
  webhookEventId: string
}

/** The last event of the batch that names an intent or charge, if possible one that is not imported. */
function eventsOfReferences(facts: Traced<Fact>[]): Map<string, string> {
  const named = facts.filter((fact) => fact.kind === 'paymentReference')
  const inOrder = [...named.filter(({ imported }) => imported), ...named.filter(({ imported }) => !imported)]
  return new Map(inOrder.map(({ reference, webhookEventId }) => [reference, webhookEventId]))
}

/** An intent or charge that nobody has claimed waits to be booked; see `bookUnclaimedPayments`. */
export async function startWaiting(client: PoolClient, changed: Changed[]): Promise<void> {
  const waiting = changed.filter(({ registers }) => paymentIdOf(registers) === null && moneyOf(registers))
  if (waiting.length === 0) return
  const { rows } = await client.query({
    name: 'wait_for_claim',
    text: `UPDATE payment_references r SET unclaimed_since = now(), webhook_event_id = new.event
      FROM unnest($1::text[], $2::bigint[]) AS new (reference, event)
      WHERE r.reference = new.reference AND r.unclaimed_since IS NULL RETURNING r.reference AS key`,
    values: [waiting.map(({ reference }) => reference), waiting.map(({ webhookEventId }) => webhookEventId)],
  })
  recordWritten(client, 'payment_references', keysOf(rows))
}

/**
 * The payment of an intent or charge that no invoice claims, of each origin that has one. An invoice's own events tell what it was paid.
 *
 * Its time and its buyer come from registers that only grow, since the payment keeps what it was once given: the session
 * that wins later may hide an earlier one.
 */
export const paymentsOf = ({ registers, ...changed }: Changed): PaymentInput[] =>
  eachOrigin(registers).flatMap((one) => paymentOf({ ...changed, registers: one }))

function paymentOf({ registers, webhookEventId }: Omit<Changed, 'reference'>): PaymentInput[] {
  const paymentId = paymentIdOf(registers)
  const money = moneyOf(registers)
  const { invoiceId, session, received, account, livemode, forgotten } = registers
  if (invoiceId || paymentId === null || !money) return []
  return [
    {
      kind: 'payment',
      paymentId,
      status: 'succeeded',
      stripeInvoiceId: null,
      stripeSubscriptionId: null,
      stripeCustomerId: session?.contents.customerId ?? received?.contents.customerId ?? null,
      ...money,
      links: namedLinks(linksOfReference(registers)),
      attemptCount: 1,
      nextPaymentAttempt: null,
      account: account ?? null,
      livemode: livemode ?? null,
      ...(forgotten && { forgotten }),
      occurredAt: new Date(paidAtOf(registers) ?? 0),
      ...(registers.imported && { imported: true as const }),
      webhookEventId,
    },
  ]
}

const Superseded = z.object({ payment_id: z.string(), currency: z.string(), occurred_at: z.date() })

/** An invoice that claims an intent after the intent's money was booked under another id supersedes that payment. */
export async function movedTo(client: PoolClient, changed: Changed[]): Promise<PaymentInput[]> {
  const claimed = new Map<string, Changed>()
  for (const one of changed) {
    const { invoiceId, bookedAs, session, paymentId } = one.registers
    if (!invoiceId) continue
    for (const id of [bookedAs, session?.contents.sessionId, paymentId])
      if (id && id !== invoiceId) claimed.set(id, one)
  }
  if (claimed.size === 0) return []
  const { rows } = await client.query({
    name: 'superseded_payments',
    text: 'SELECT payment_id, currency, occurred_at FROM payments WHERE payment_id = ANY ($1) ORDER BY payment_id',
    values: [[...claimed.keys()]],
  })
  return parseRows(Superseded, rows).flatMap(({ payment_id: paymentId, currency, occurred_at: occurredAt }) => {
    const by = claimed.get(paymentId)
    if (!by?.registers.invoiceId) return []
    const ids = { stripeInvoiceId: null, stripeSubscriptionId: null, stripeCustomerId: null }
    return [
      {
        ...({ kind: 'payment', paymentId, status: 'succeeded', currency, ...ids, attemptCount: 0 } as const),
        nextPaymentAttempt: null,
        account: by.registers.account ?? null,
        livemode: by.registers.livemode ?? null,
        occurredAt,
        webhookEventId: by.webhookEventId,
        movedTo: by.registers.invoiceId,
      },
    ]
  })
}

const Billed = z.object({
  invoice: z.string(),
  customer: z.string().nullable(),
  subscription: z.string().nullable(),
  total: z.coerce.number(),
  tax: z.coerce.number(),
})

/** An event about a part of an invoice names neither the customer nor the price; the invoice does. */
export async function withCustomers(
  client: PoolClient,
  payments: Traced<PaymentFact>[],
): Promise<Traced<PaymentFact>[]> {
  const parts = payments.filter(({ part }) => part)
  if (parts.length === 0) return payments
  const { rows } = await client.query({
    name: 'invoices_of_parts',
    text: `SELECT stripe_invoice_id AS invoice, stripe_customer_id AS customer, stripe_subscription_id AS subscription,
        coalesce((details ->> 'total')::bigint, amount_due) AS total, coalesce(tax, 0) AS tax
      FROM invoices WHERE stripe_invoice_id = ANY ($1)`,
    values: [parts.map(({ paymentId }) => paymentId)],
  })
  const billed = new Map(parseRows(Billed, rows).map((row) => [row.invoice, row]))
  return payments.map((payment) => {
    const invoice = payment.part && billed.get(payment.paymentId)
    if (!invoice) return payment
    const money = { amount: 0, external: 0, total: invoice.total, tax: invoice.tax }
    const ids = { stripeCustomerId: invoice.customer, stripeSubscriptionId: invoice.subscription }
    return { ...payment, ...ids, money: payment.money ?? money }
  })
}

/**
 * The receipts of payments without an invoice. The events of an invoice have their own receipts, and an import sends
 * none.
 */
export function receiptsOf(
  payments: PaymentInput[],
  merged: Merged | undefined,
): (Effect & { webhookEventId: string })[] {
  return payments.flatMap((payment) => {
    const { paymentId, webhookEventId } = payment
    const registers = merged?.registers.get(paymentId) as PaymentRegisters | undefined
    if (registers?.status !== 'succeeded' || registers.invoiceId || registers.movedTo || registers.imported) return []
    if (registers.forgotten) return []
    if (paidOf(registers).amount <= 0) return []
    const key = effectKey(
      { account: registers.account ?? null, livemode: registers.livemode ?? null },
      `receipt:${paymentId}`,
    )
    return [{ key, kind: 'receipt' as const, payload: { paymentId }, waitSeconds: RECEIPT_SECONDS, webhookEventId }]
  })
}
