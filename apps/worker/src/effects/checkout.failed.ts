import { type BilledCheckout, loadBilledCheckout } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'

/** A delayed payment, such as a bank debit, failed after Checkout: tells the buyer that the order was not completed. */
export const checkoutFailed = defineEffect('checkout.failed', {
  payload: { sessionId: id },
  async run(message, tools) {
    const checkout = await loadBilledCheckout(tools.pool, message.payload.sessionId)
    if (!checkout) return skip('missing', 'the checkout is not known')
    if (checkout.mode === 'subscription') return skip('obsolete', 'its invoice has e-mails of its own')
    if (checkout.paymentStatus === 'paid') return skip('obsolete', 'the checkout is paid')
    return sendEmail(message, tools, checkoutFailedEmail(checkout), { to: checkout.email, locales: checkout.locales })
  },
})

export function checkoutFailedEmail({ amount, currency, livemode }: BilledCheckout): Draft<'checkout.failed'> {
  const common = { kind: 'checkout.failed' as const, isTest: livemode === false }
  if (amount === null || currency === null) return { ...common, values: {} }
  return { ...common, variant: 'withAmount', values: { amount: { amount, currency } } }
}
