import { z } from 'zod'
import { DetailsBody, LineDetails, TaxBody } from './invoice-details-body.ts'
import { amount, metadata, reference, seconds, shown } from './object.ts'

const SubscriptionDetails = z.object({ subscription: reference, metadata }).nullish()

/** The fields in which an invoice or upcoming invoice names its customer and subscription. */
export const BilledTo = z.object({
  customer: reference,
  parent: z.object({ subscription_details: SubscriptionDetails }).nullish(),
  subscription: reference,
  subscription_details: SubscriptionDetails,
})

const ItemDetails = shown(z.object({ proration: shown(z.boolean()) }))

/** A line, as events and `GET /v1/invoices/:id/lines` give it. */
export const LineBody = z.object({
  description: shown(z.string()),
  plan: shown(
    z.object({
      id: shown(z.string()),
      nickname: shown(z.string()),
      name: shown(z.string()),
      amount: shown(amount),
      metadata: z.unknown().optional(),
    }),
  ),
  quantity: shown(z.number()),
  amount,
  period: shown(z.object({ start: seconds.nullish(), end: seconds.nullish() })),
  ...LineDetails,
  parent: shown(
    z.object({ type: shown(z.string()), subscription_item_details: ItemDetails, invoice_item_details: ItemDetails }),
  ),
  type: shown(z.string()),
  proration: shown(z.boolean()),
})

/** The fields that decide what is booked. A wrong value is an error. */
const MoneyBody = {
  amount_paid: amount.nullish(),
  amount_due: amount,
  amount_overpaid: amount.nullish(),
  amount_paid_off_stripe: amount.nullish(),
  paid_out_of_band: z.boolean().nullish(),
  total: amount.nullish(),
  starting_balance: amount.nullish(),
  ending_balance: amount.nullish(),
  pre_payment_credit_notes_amount: amount.nullish(),
  total_taxes: z.array(TaxBody).nullish(),
  total_tax_amounts: z.array(TaxBody).nullish(),
  tax: amount.nullish(),
}

const Payment = z.object({ payment: z.object({ payment_intent: reference, charge: reference }).nullish() })

/** The invoice fields that handlers read, in their places in every API version. */
export const InvoiceBody = BilledTo.extend({
  id: z.string().min(1),
  status: z.string().nullish(),
  paid: z.boolean().nullish(),
  forgiven: z.boolean().nullish(),
  number: shown(z.string()),
  billing_reason: z.string().nullish(),
  collection_method: shown(z.string()),
  billing: shown(z.string()),
  currency: z.string().min(1),
  attempt_count: z.int32().nullish(),
  next_payment_attempt: seconds.nullish(),
  hosted_invoice_url: shown(z.string()),
  invoice_pdf: shown(z.string()),
  customer_email: shown(z.string()),
  period_start: shown(seconds),
  period_end: shown(seconds),
  created: seconds.nullish(),
  date: seconds.nullish(),
  lines: shown(z.object({ data: z.array(LineBody), has_more: shown(z.boolean()), total_count: shown(z.int()) })),
  payments: z.object({ data: z.array(Payment) }).nullish(),
  payment_intent: reference,
  charge: reference,
  ...MoneyBody,
  ...DetailsBody,
})

export type InvoiceBody = z.output<typeof InvoiceBody>

/**
 * The subscription that an invoice bills, and the user named in its metadata. Since 2025-03-31.basil both are under
 * `parent`: https://docs.stripe.com/changelog/basil/2025-03-31/adds-new-parent-field-to-invoicing-objects
 */
export function subscriptionOf(body: z.output<typeof BilledTo>) {
  const details = body.parent?.subscription_details
  return {
    subscriptionId: details?.subscription ?? body.subscription ?? null,
    userId: details?.metadata?.user_id ?? body.subscription_details?.metadata?.user_id ?? null,
  }
}
