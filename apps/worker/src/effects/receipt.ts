import { type BilledPayment, loadBilledPayment } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { receiptPdf } from '../outbound/pdf/receipt.ts'
import { storeDocument } from '../outbound/pdf/store-document.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'

/** A payment succeeded: stores its receipt as a PDF and sends it to the customer. */
export const receipt = defineEffect('receipt', {
  payload: { paymentId: id },
  async run(message, tools) {
    const payment = await loadBilledPayment(tools.pool, message.payload.paymentId)
    if (payment?.status !== 'succeeded') return skip('obsolete', 'the payment did not succeed')

    const document = await receiptPdf(payment, tools.mail.sender)
    const pdf = await storeDocument(message, tools, document)
    const content = receiptEmail(payment, document.number)
    return sendEmail(message, tools, content, { to: payment.email, locales: payment.locales, attachments: [pdf] })
  },
})

export function receiptEmail(payment: BilledPayment, number: string): Draft<'receipt'> {
  const amount = { amount: payment.amount, currency: payment.currency }
  return {
    kind: 'receipt',
    values: { amount },
    details: { amountPaid: amount, date: payment.occurredAt, number },
    isTest: payment.livemode === false,
  }
}
