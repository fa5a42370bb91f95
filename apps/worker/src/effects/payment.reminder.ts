import type { BilledInvoice } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { z } from 'zod'
import type { EmailContent } from '../outbound/mail/email-content.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER } from './shared/email-parts.ts'
import { amountOwed, invoiceDetails, loadOpenInvoice, payButton } from './shared/open-invoice.ts'

/**
 * The next attempt was due but no event has reported its result: the e-mail reminds the customer of the open invoice.
 */
export const paymentReminder = defineEffect('payment.reminder', {
  payload: { invoiceId: id, attempt: z.int() },
  async run(message, tools) {
    const { invoiceId, attempt } = message.payload
    const invoice = await loadOpenInvoice(invoiceId, tools)
    if ('reason' in invoice) return invoice
    if (invoice.status === 'uncollectible') return skip('obsolete', 'the invoice is uncollectible')
    if (invoice.attemptCount > attempt) return skip('obsolete', 'there was a later attempt')
    return sendEmail(message, tools, paymentReminderEmail(invoice), { to: invoice.email })
  },
})

export function paymentReminderEmail(invoice: BilledInvoice): EmailContent {
  const amount = amountOwed(invoice)
  return {
    subject: `Reminder: your payment of ${amount} is due`,
    title: `Your payment of ${amount} is due`,
    paragraphs: [
      'We have not received your payment yet. If you have paid in the last few hours, you can ignore this e-mail.',
      'Otherwise, please pay now or update your payment method.',
    ],
    details: invoiceDetails(invoice),
    button: payButton(invoice, 'Pay now'),
    footer: CUSTOMER_FOOTER,
    isTest: invoice.livemode === false,
  }
}
