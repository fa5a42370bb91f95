import { type BilledInvoice, type BilledPayment, loadBilledPayment } from '@sluice/database/records'
import type { Draft, Period } from '@sluice/emails'
import { skip } from '@sluice/events'
import { invoicePdf } from '../outbound/pdf/invoice.ts'
import { storeDocument } from '../outbound/pdf/store-document.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'

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
    return sendEmail(message, tools, content, { to: payment.email, locales: payment.locales, attachments: [pdf] })
  },
})

export const invoiceEmail = (payment: BilledPayment, invoice: BilledInvoice, number: string): Draft<'invoice'> => ({
  kind: 'invoice',
  values: { number },
  details: {
    total: { amount: invoice.amountDue, currency: invoice.currency },
    date: invoice.createdAt ?? payment.occurredAt,
    period: periodOf(invoice),
    datePaid: payment.occurredAt,
  },
  link: invoice.hostedInvoiceUrl,
  isTest: invoice.livemode === false,
})

/** Leaves out a period that starts and ends on the same day, like that of a first invoice. */
function periodOf({ periodStart: start, periodEnd: end }: BilledInvoice): Period | null {
  return start && end && dayOf(start) !== dayOf(end) ? { start, end } : null
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10)
