import type { BilledInvoice } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { z } from 'zod'
import { dayText } from '../outbound/format/date.ts'
import type { EmailContent } from '../outbound/mail/email-content.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER, futureDate } from './shared/email-parts.ts'
import { amountOwed, invoiceDetails, loadOpenInvoice, payButton } from './shared/open-invoice.ts'

/**
 * A payment failed and Stripe will retry it: the e-mail says when, and links to the page where the customer can pay
 * now.
 */
export const paymentFailed = defineEffect('payment.failed', {
  payload: { invoiceId: id, attempt: z.int() },
  async run(message, tools) {
    const { invoiceId, attempt } = message.payload
    const now = new Date()
    const invoice = await loadOpenInvoice(invoiceId, tools)
    if ('reason' in invoice) return invoice
    if (invoice.attemptCount > attempt) return skip('obsolete', 'there was a later attempt')
    if (invoice.nextPaymentAttempt !== null && !futureDate(invoice.nextPaymentAttempt, now))
      return skip('obsolete', 'the next attempt is due, and its reminder follows')
    return sendEmail(message, tools, paymentFailedEmail(invoice, now), { to: invoice.email })
  },
})

export function paymentFailedEmail(invoice: BilledInvoice, now: Date): EmailContent {
  const amount = amountOwed(invoice)
  const next = futureDate(invoice.nextPaymentAttempt, now)
  return {
    subject: `Your payment of ${amount} failed`,
    title: 'Your payment failed',
    paragraphs: [
      `We could not charge your payment method for ${amount}. Your card may have expired, or your bank may have declined the charge.`,
      next
        ? `We will try again on ${dayText(next)}. You can also pay now or update your payment method.`
        : 'Please pay now or update your payment method.',
    ],
    details: [...invoiceDetails(invoice), ...(next ? [['Next attempt', dayText(next)] as [string, string]] : [])],
    button: payButton(invoice, 'Pay now'),
    footer: CUSTOMER_FOOTER,
    isTest: invoice.livemode === false,
  }
}
