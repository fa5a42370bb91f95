import { loadCustomerEmail, loadReference } from '@sluice/database/records'
import { skip } from '@sluice/events'
import type { EmailContent } from '../outbound/mail/email-content.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER } from './shared/email-parts.ts'

/** A payment that the host application created itself failed: notifies the customer. */
export const paymentIntentFailed = defineEffect('payment_intent.failed', {
  payload: { paymentIntentId: id, customerId: id },
  async run(message, tools) {
    const { paymentIntentId, customerId } = message.payload
    const reference = await loadReference(tools.pool, paymentIntentId)
    if (reference?.succeeded) return skip('obsolete', 'the payment succeeded')
    if (reference?.paymentId)
      return skip('obsolete', 'it belongs to an invoice or a checkout, which has its own e-mail')
    const to = await loadCustomerEmail(tools.pool, customerId)
    return sendEmail(message, tools, paymentIntentFailedEmail(reference?.livemode === false), { to })
  },
})

export const paymentIntentFailedEmail = (isTest: boolean): EmailContent => ({
  subject: 'Your payment failed',
  title: 'Your payment failed',
  paragraphs: [
    'You have not been charged. Please try again, or use a different payment method.',
    'If the payment fails again, please contact your bank.',
  ],
  footer: CUSTOMER_FOOTER,
  isTest,
})
