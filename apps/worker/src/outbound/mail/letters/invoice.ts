import type { BilledInvoice, BilledPayment } from '@sluice/database/records'
import { moneyText } from '../../format/currency.ts'
import { dayText, periodText } from '../../format/date.ts'
import { buttonTo, type Composition } from '../composition.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export function invoiceLetter(payment: BilledPayment, invoice: BilledInvoice, number: string): Composition {
  return {
    subject: `Your invoice ${number}`,
    title: `Invoice ${number}`,
    paragraphs: ['Here is your invoice. It is paid, there is nothing left for you to do; the PDF is attached.'],
    facts: [
      ['Total', moneyText(invoice.amountDue, invoice.currency)],
      ['Date', dayText(invoice.createdAt ?? payment.occurredAt)],
      ...periodOf(invoice),
      ['Status', 'Paid'],
    ],
    button: buttonTo('View invoice online', invoice.hostedInvoiceUrl),
    footer: CUSTOMER_FOOTER,
    isTest: invoice.livemode === false,
  }
}

/** A first invoice's period is a moment, which says nothing. */
function periodOf({ periodStart, periodEnd }: BilledInvoice): [string, string][] {
  if (!periodStart || !periodEnd || dayText(periodStart) === dayText(periodEnd)) return []
  return [['Billing period', periodText(periodStart, periodEnd)]]
}
