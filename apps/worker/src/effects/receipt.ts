import { type BilledPayment, loadBilledPayment } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { storeDocument } from '../outbound/pdf/store-document.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { invoiceWithReceipt } from './shared/invoice-document.ts'

/** A payment succeeded: stores its receipt as a PDF and sends it to the customer, with the invoice if it goes along. */
export const receipt = defineEffect('receipt', {
  payload: { paymentId: id },
  lane: 'documents',
  async run(message, tools) {
    const { pool, documents } = tools
    const loaded = await loadBilledPayment(pool, message.payload.paymentId)
    if (loaded?.status !== 'succeeded') return skip('obsolete', 'the payment did not succeed')

    const payment = await documents.complete(loaded)
    const document = await documents.receipt(payment)
    const attachments = [await storeDocument(message, tools, document)]
    const invoice = invoiceWithReceipt(payment, tools)
    if (invoice) attachments.push(await storeDocument(message, tools, await documents.invoice(payment, invoice)))
    const content = receiptEmail(payment, document.number, invoice !== null)
    return sendEmail(message, tools, content, { to: payment.email, locales: payment.locales, attachments })
  },
})

export function receiptEmail(payment: BilledPayment, number: string, hasInvoice: boolean): Draft<'receipt'> {
  const amount = { amount: payment.amount, currency: payment.currency }
  return {
    kind: 'receipt',
    ...(hasInvoice && { variant: 'withInvoice' }),
    values: { amount },
    details: { amountPaid: amount, charged: chargedIn(payment), date: payment.occurredAt, number },
    isTest: payment.livemode === false,
  }
}

/** The amount that the buyer was charged, if it was in another currency than the payment. */
function chargedIn({ currency, checkout }: BilledPayment) {
  const conversion = checkout?.conversion
  return conversion && conversion.presented.currency !== currency ? conversion.presented : null
}
