import { type BilledInvoice, type BilledPayment, loadBilledPayment } from '@sluice/database/records'
import type { Draft, Period } from '@sluice/emails'
import { skip } from '@sluice/events'
import { storeDocument } from '../outbound/pdf/store-document.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { invoiceWithReceipt } from './shared/invoice-document.ts'

/** An invoice was paid: stores its PDF and sends it to the customer, unless it goes along with the receipt. */
export const invoice = defineEffect('invoice', {
  payload: { paymentId: id },
  lane: 'documents',
  async run(message, tools) {
    const { pool, documents } = tools
    if (documents.invoiceDocument === 'none') return skip('switched_off')
    const loaded = await loadBilledPayment(pool, message.payload.paymentId)
    if (loaded?.status !== 'succeeded') return skip('obsolete', 'the payment did not succeed')
    if (!loaded.invoice) return skip('missing', 'the payment has no invoice')
    if (invoiceWithReceipt(loaded, tools)) return skip('obsolete', 'the invoice goes along with the receipt')

    const payment = await documents.complete(loaded)
    const invoice = payment.invoice ?? loaded.invoice
    const document = await documents.invoice(payment, invoice)
    const pdf = await storeDocument(message, tools, document)
    const content = invoiceEmail(payment, invoice, document.number)
    return sendEmail(message, tools, content, { to: payment.email, locales: payment.locales, attachments: [pdf] })
  },
})

export const invoiceEmail = (payment: BilledPayment, invoice: BilledInvoice, number: string): Draft<'invoice'> => ({
  kind: 'invoice',
  values: { number },
  details: {
    total: { amount: invoice.details?.total ?? invoice.amountDue, currency: invoice.currency },
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
