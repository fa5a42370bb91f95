import type { BilledInvoice } from '@sluice/database/records'
import { dayText } from '../outbound/format/date.ts'
import type { EmailContent } from '../outbound/mail/email-content.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER, futureDate } from './shared/email-parts.ts'
import { amountOwed, invoiceDetails, loadOpenInvoice, payButton } from './shared/open-invoice.ts'

/** A payment failed and Stripe will not retry it: the customer must pay to keep the service. */
export const paymentFinalNotice = defineEffect('payment.final_notice', {
  payload: { invoiceId: id },
  async run(message, tools) {
    const invoice = await loadOpenInvoice(message.payload.invoiceId, tools)
    if ('reason' in invoice) return invoice
    return sendEmail(message, tools, paymentFinalNoticeEmail(invoice, new Date()), { to: invoice.email })
  },
})

export function paymentFinalNoticeEmail(invoice: BilledInvoice, now: Date): EmailContent {
  const amount = amountOwed(invoice)
  const next = futureDate(invoice.nextPaymentAttempt, now)
  return {
    subject: `Action required: your payment of ${amount} failed`,
    title: 'We could not collect your payment',
    paragraphs: [
      `All attempts to charge your payment method for ${amount} have failed.`,
      ...retryNote(invoice, next),
      'To avoid an interruption of your service, please pay now or update your payment method.',
    ],
    details: [...invoiceDetails(invoice), ...(next ? [['Next attempt', dayText(next)] as [string, string]] : [])],
    button: payButton(invoice, 'Pay now'),
    footer: CUSTOMER_FOOTER,
    isTest: invoice.livemode === false,
  }
}

/** Stripe may have scheduled another attempt since. An attempt whose date has passed is not mentioned. */
function retryNote({ nextPaymentAttempt }: BilledInvoice, next: Date | null): string[] {
  if (next) return [`We will try once more on ${dayText(next)}.`]
  return nextPaymentAttempt === null ? ['We will not try again automatically.'] : []
}
