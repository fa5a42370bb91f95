import type { BilledInvoice } from '@sluice/database/records'
import type { Money } from '@sluice/emails'

/** The amount of an invoice that is still to be paid. */
export const amountOwed = ({ amountDue, amountPaid, currency }: BilledInvoice): Money => ({
  amount: amountDue - amountPaid,
  currency,
})

/** The details that every e-mail about an open invoice lists. */
export const invoiceDetails = (invoice: BilledInvoice) => ({ amountDue: amountOwed(invoice), invoice: invoice.number })
