import { type BilledInvoice, loadBilledInvoice } from '@sluice/database/records'
import type { Money } from '@sluice/emails'
import { type Skip, skip } from '@sluice/events'
import type { EffectTools } from '../run/effector.ts'

/** Nothing is owed any more (https://docs.stripe.com/invoicing/overview#invoice-statuses). */
const SETTLED = new Set(['paid', 'void'])

/** The current invoice, or the reason why the customer must not be asked to pay it. */
export async function loadOpenInvoice(invoiceId: string, { pool }: EffectTools): Promise<BilledInvoice | Skip> {
  const invoice = await loadBilledInvoice(pool, invoiceId)
  if (!invoice) return skip('missing', 'the invoice is not known')
  return SETTLED.has(invoice.status) ? skip('obsolete', `the invoice is ${invoice.status}`) : invoice
}

/** The amount of an invoice that is still to be paid. */
export const amountOwed = ({ amountDue, amountPaid, currency }: BilledInvoice): Money => ({
  amount: amountDue - amountPaid,
  currency,
})

/** The details that every e-mail about an open invoice lists. */
export const invoiceDetails = (invoice: BilledInvoice) => ({ amountDue: amountOwed(invoice), invoice: invoice.number })
