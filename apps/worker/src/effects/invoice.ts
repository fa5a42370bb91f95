import { type BilledInvoice, type BilledPayment, loadBilledPayment } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { moneyText } from '../outbound/format/currency.ts'
import { dayText, periodText } from '../outbound/format/date.ts'
import { type EmailContent, linkButton } from '../outbound/mail/email-content.ts'
import { invoicePdf } from '../outbound/pdf/invoice.ts'
import { storeDocument } from '../outbound/pdf/store-document.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER } from './shared/email-parts.ts'

/** An invoice was paid: stores its PDF and sends it to the customer. */
export const invoice = defineEffect('invoice', {
  payload: { paymentId: id },
  async run(message, tools) {
    const payment = await loadBilledPayment(tools.pool, message.payload.paymentId)
    if (payment?.status !== 'succeeded') return skip('obsolete', 'the payment did not succeed')
    if (!payment.invoice) return skip('missing', 'the payment has no invoice')

    const document = await invoicePdf(payment, payment.invoice, tools.mail.sender)
    const pdf = await storeDocument(message, tools, document)
    const content = invoiceEmail(payment, payment.invoice, document.number)
    return sendEmail(message, tools, content, { to: payment.email, attachments: [pdf] })
  },
})

export const invoiceEmail = (payment: BilledPayment, invoice: BilledInvoice, number: string): EmailContent => ({
  subject: `Your invoice ${number}`,
  title: `Invoice ${number}`,
  paragraphs: ['Your invoice is attached as a PDF. It has been paid, so no action is needed.'],
  details: [
    ['Total', moneyText(invoice.amountDue, invoice.currency)],
    ['Date', dayText(invoice.createdAt ?? payment.occurredAt)],
    ...periodOf(invoice),
    ['Status', 'Paid'],
  ],
  button: linkButton('View invoice online', invoice.hostedInvoiceUrl),
  footer: CUSTOMER_FOOTER,
  isTest: invoice.livemode === false,
})

/** Leaves out a period that starts and ends on the same day, like that of a first invoice. */
function periodOf({ periodStart, periodEnd }: BilledInvoice): [string, string][] {
  if (!periodStart || !periodEnd || dayText(periodStart) === dayText(periodEnd)) return []
  return [['Billing period', periodText(periodStart, periodEnd)]]
}
