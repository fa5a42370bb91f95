import type { BilledInvoice } from '@sluice/database/records'
import type { EmailContent } from '../outbound/mail/email-content.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER } from './shared/email-parts.ts'
import { amountOwed, invoiceDetails, loadOpenInvoice, payButton } from './shared/open-invoice.ts'

/**
 * The customer's bank requires a confirmation of the payment: the e-mail links to the page where the customer can
 * confirm it.
 */
export const paymentActionRequired = defineEffect('payment.action_required', {
  payload: { invoiceId: id },
  async run(message, tools) {
    const invoice = await loadOpenInvoice(message.payload.invoiceId, tools)
    if ('reason' in invoice) return invoice
    return sendEmail(message, tools, paymentActionRequiredEmail(invoice), { to: invoice.email })
  },
})

export function paymentActionRequiredEmail(invoice: BilledInvoice): EmailContent {
  const amount = amountOwed(invoice)
  return {
    subject: `Confirm your payment of ${amount}`,
    title: 'Confirm your payment',
    paragraphs: [
      `Your bank asks you to confirm your payment of ${amount}. This takes about a minute, in your banking app or with a code.`,
      'You will not be charged until you confirm the payment.',
    ],
    details: invoiceDetails(invoice),
    button: payButton(invoice, 'Confirm payment'),
    footer: CUSTOMER_FOOTER,
    isTest: invoice.livemode === false,
  }
}
