import { loadBilledSubscription } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { dayText } from '../outbound/format/date.ts'
import type { EmailContent } from '../outbound/mail/email-content.ts'
import { defineEffect, id, isoTime } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER, futureDate } from './shared/email-parts.ts'

/** A trial ends soon and the customer has no payment method: the e-mail asks for one. */
export const trialEnding = defineEffect('trial.ending', {
  payload: { subscriptionId: id, trialEnd: isoTime },
  async run(message, tools) {
    const { subscriptionId, trialEnd } = message.payload
    const endsAt = futureDate(new Date(trialEnd), new Date())
    if (!endsAt) return skip('obsolete', 'the trial has ended')
    const subscription = await loadBilledSubscription(tools.pool, subscriptionId)
    if (subscription?.status !== 'trialing') return skip('obsolete', 'the subscription is not in a trial')
    if (subscription.hasPaymentMethod) return skip('obsolete', 'there is a payment method')
    const content = trialEndingEmail(endsAt, subscription.livemode === false)
    return sendEmail(message, tools, content, { to: subscription.email })
  },
})

export function trialEndingEmail(endsAt: Date, isTest: boolean): EmailContent {
  const day = dayText(endsAt)
  return {
    subject: `Your trial ends on ${day}`,
    title: `Your trial ends on ${day}`,
    paragraphs: [
      'To keep your subscription, please add a payment method in your account settings before that date.',
      'If you do not want to continue, no action is needed: without a payment method you will not be charged.',
    ],
    footer: CUSTOMER_FOOTER,
    isTest,
  }
}
