import { type BilledPayment, loadBilledPayment } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { moneyText } from '../outbound/format/currency.ts'
import { dayText } from '../outbound/format/date.ts'
import type { EmailContent } from '../outbound/mail/email-content.ts'
import { receiptPdf } from '../outbound/pdf/receipt.ts'
import { storeDocument } from '../outbound/pdf/store-document.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER } from './shared/email-parts.ts'

/** A payment succeeded: stores its receipt as a PDF and sends it to the customer. */
export const receipt = defineEffect('receipt', {
  payload: { paymentId: id },
  async run(message, tools) {
    const payment = await loadBilledPayment(tools.pool, message.payload.paymentId)
    if (payment?.status !== 'succeeded') return skip('obsolete', 'the payment did not succeed')

    const document = await receiptPdf(payment, tools.mail.sender)
    const pdf = await storeDocument(message, tools, document)
    const content = receiptEmail(payment, document.number)
    return sendEmail(message, tools, content, { to: payment.email, attachments: [pdf] })
  },
})

export function receiptEmail(payment: BilledPayment, number: string): EmailContent {
  const amount = moneyText(payment.amount, payment.currency)
  return {
    subject: `Your receipt for ${amount}`,
    title: 'Thank you for your payment',
    paragraphs: [`We received your payment of ${amount}. Your receipt is attached as a PDF.`],
    details: [
      ['Amount paid', amount],
      ['Date', dayText(payment.occurredAt)],
      ['Receipt', number],
    ],
    footer: CUSTOMER_FOOTER,
    isTest: payment.livemode === false,
  }
}
