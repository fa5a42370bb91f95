import { type BilledCheckout, loadBilledCheckout } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { moneyText } from '../outbound/format/currency.ts'
import type { EmailContent } from '../outbound/mail/email-content.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER } from './shared/email-parts.ts'

/** A delayed payment, such as a bank debit, failed after Checkout: tells the buyer that the order was not completed. */
export const checkoutFailed = defineEffect('checkout.failed', {
  payload: { sessionId: id },
  async run(message, tools) {
    const checkout = await loadBilledCheckout(tools.pool, message.payload.sessionId)
    if (!checkout) return skip('missing', 'the checkout is not known')
    if (checkout.paymentStatus === 'paid') return skip('obsolete', 'the checkout is paid')
    return sendEmail(message, tools, checkoutFailedEmail(checkout), { to: checkout.email })
  },
})

export function checkoutFailedEmail({ amount, currency, livemode }: BilledCheckout): EmailContent {
  const payment = amount !== null && currency !== null ? `payment of ${moneyText(amount, currency)}` : 'payment'
  return {
    subject: 'Your order was not completed',
    title: 'Your payment failed',
    paragraphs: [
      `Your bank did not complete the ${payment}, so your order was not completed. You have not been charged.`,
      'You can place the order again with a different payment method.',
    ],
    footer: CUSTOMER_FOOTER,
    isTest: livemode === false,
  }
}
