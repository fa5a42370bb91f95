import type { PaidMoney } from '@sluice/events'
import type { InvoiceBody } from './invoice-body.ts'

/** The money that an invoice has received so far. */
export interface InvoiceMoney extends PaidMoney {
  /** The amount received beyond the amount due. Stripe adds it to the customer's balance. */
  overpaid: number
}

/**
 * Reads what was paid for an invoice, in money: a customer's balance and credit notes that are issued before the payment
 * reduce the amount due, and are not paid.
 *
 * Money outside Stripe has three marks. `amount_paid_off_stripe` is the amount. Before 2025-03-31.basil
 * `paid_out_of_band` is true. A paid invoice with an amount due of which nothing was paid was paid elsewhere as well:
 * since then `amount_paid` includes money outside Stripe, and before that it may be 0.
 *
 * https://docs.stripe.com/changelog/basil/2025-03-31/add-support-for-multiple-partial-payments-on-invoices
 */
export function invoiceMoneyOf(
  body: InvoiceBody,
  status: string,
  amountPaid: number,
  tax: number | null,
): InvoiceMoney {
  const due = amountOwed(body)
  const isPaidElsewhere =
    status === 'paid' && (body.paid_out_of_band === true || (amountPaid === 0 && !hasReference(body)))
  const paid = isPaidElsewhere && amountPaid === 0 ? due : amountPaid
  const overpaid = Math.max(0, body.amount_overpaid ?? 0)
  const amount = Math.max(0, paid > body.amount_due ? paid : paid + overpaid)
  const external = isPaidElsewhere ? amount : Math.min(amount, body.amount_paid_off_stripe ?? 0)
  return { amount, external, overpaid, total: Math.max(0, body.total ?? body.amount_due), tax: Math.max(0, tax ?? 0) }
}

/** The amount due. Some versions do not subtract every credit from it, so it is at most the total less all credits. */
function amountOwed(body: InvoiceBody): number {
  const { amount_due, total, starting_balance, ending_balance, pre_payment_credit_notes_amount } = body
  if (total == null) return amount_due
  const fromBalance = ending_balance == null ? 0 : ending_balance - (starting_balance ?? 0)
  return Math.min(amount_due, total - fromBalance - (pre_payment_credit_notes_amount ?? 0))
}

const hasReference = ({ payment_intent, charge, payments }: InvoiceBody): boolean =>
  Boolean(payment_intent || charge || payments?.data.some(({ payment }) => payment?.payment_intent || payment?.charge))
