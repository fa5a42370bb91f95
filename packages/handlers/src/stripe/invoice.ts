import type { CustomerFact, InvoiceOutcomeFact, StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../failure.ts'
import { amount, metadata, reference, seconds } from './object.ts'

const SubscriptionDetails = z.object({ subscription: reference, metadata }).nullish()

const Body = z.object({
  id: z.string().min(1),
  customer: reference,
  status: z.string().nullish(),
  paid: z.boolean().nullish(),
  parent: z.object({ subscription_details: SubscriptionDetails }).nullish(),
  subscription: reference,
  subscription_details: SubscriptionDetails,
  billing_reason: z.string().nullish(),
  amount_paid: amount.nullish(),
  amount_due: amount,
  currency: z.string().min(1),
  attempt_count: z.int().nullish(),
  next_payment_attempt: seconds.nullish(),
  created: seconds.nullish(),
  date: seconds.nullish(),
})

/** What we read of an invoice, wherever its API version keeps it. */
export interface Invoice {
  id: string
  customerId: string | null
  subscriptionId: string | null
  /** From the metadata of its subscription. */
  userId: string | null
  created: Date | null
  /** Nothing is asked of the customer any more, whatever the event is called. */
  isSettled: boolean
  billingReason: string | null
  amountPaid: number
  amountDue: number
  currency: string
  attemptCount: number
  nextPaymentAttempt: Date | null
}

/**
 * Since 2025-03-31.basil an invoice names its subscription under `parent`:
 * https://docs.stripe.com/changelog/basil/2025-03-31/adds-new-parent-field-to-invoicing-objects
 * Before 2019-03-14 it was created at `date`; before 2018 it had no `status` and no `amount_paid`.
 */
export function readInvoice(object: unknown): Invoice {
  const body = read(Body, object, 'invoice')
  const details = body.parent?.subscription_details
  return {
    id: body.id,
    customerId: body.customer ?? null,
    subscriptionId: details?.subscription ?? body.subscription ?? null,
    userId: details?.metadata?.user_id ?? body.subscription_details?.metadata?.user_id ?? null,
    created: body.created ?? body.date ?? null,
    isSettled: body.paid === true || body.status === 'paid' || body.status === 'void',
    billingReason: body.billing_reason ?? null,
    amountPaid: body.amount_paid ?? body.amount_due,
    amountDue: body.amount_due,
    currency: body.currency,
    attemptCount: body.attempt_count ?? 0,
    nextPaymentAttempt: body.next_payment_attempt ?? null,
  }
}

/** An invoice names its customer, and through its subscription perhaps the user; the customer itself it does not show. */
export function customerOf(invoice: Invoice, origin: StripeFact): CustomerFact[] {
  if (!invoice.customerId) return []
  const link = invoice.userId && { link: { userId: invoice.userId, by: 'metadata' as const } }
  return [{ ...origin, kind: 'customer', customerId: invoice.customerId, ...link }]
}

/** How the charge ended for its subscription; none for an invoice that belongs to no subscription. */
export function outcomeOf(
  invoice: Invoice,
  outcome: InvoiceOutcomeFact['outcome'],
  origin: StripeFact,
): InvoiceOutcomeFact[] {
  if (!invoice.subscriptionId || !invoice.customerId) return []
  return [
    {
      ...origin,
      kind: 'invoiceOutcome',
      subscriptionId: invoice.subscriptionId,
      customerId: invoice.customerId,
      invoiceId: invoice.id,
      invoiceCreated: invoice.created ?? origin.occurredAt,
      outcome,
      billingReason: invoice.billingReason,
    },
  ]
}
