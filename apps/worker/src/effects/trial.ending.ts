import { loadBilledSubscription } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { defineEffect, id, isoTime } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { futureDate } from './shared/email-parts.ts'

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
    return sendEmail(message, tools, content, { to: subscription.email, locales: subscription.locales })
  },
})

export const trialEndingEmail = (date: Date, isTest: boolean): Draft<'trial.ending'> => ({
  kind: 'trial.ending',
  values: { date },
  isTest,
})
