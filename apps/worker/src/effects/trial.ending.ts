import { type BilledSubscription, loadBilledSubscription } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { type Skip, skip } from '@sluice/events'
import { currentTime } from '@sluice/runtime/clock'
import { defineEffect, id, isoTime } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { futureDate } from './shared/email-parts.ts'
import { endsBy } from './shared/subscription.ts'

/** A trial ends soon and the customer has no payment method: the e-mail asks for one. */
export const trialEnding = defineEffect('trial.ending', {
  payload: { subscriptionId: id, trialEnd: isoTime },
  async run(message, tools) {
    const { subscriptionId, trialEnd } = message.payload
    const endsAt = futureDate(new Date(trialEnd), currentTime())
    if (!endsAt) return skip('obsolete', 'the trial has ended')
    const subscription = await loadBilledSubscription(tools.pool, subscriptionId)
    if (!subscription) return skip('missing', 'the subscription is not known')
    const obstacle = reasonToSkip(subscription, endsAt)
    if (obstacle) return obstacle
    const content = trialEndingEmail(endsAt, subscription)
    return sendEmail(message, tools, content, { to: subscription.email, locales: subscription.locales })
  },
})

function reasonToSkip(subscription: BilledSubscription, endsAt: Date): Skip | null {
  const { status, trialEnd, isCustomerDeleted, hasPaymentMethod, collectionMethod, pauseCollection } = subscription
  if (status !== 'trialing') return skip('obsolete', 'the subscription is not in a trial')
  if (trialEnd && trialEnd.getTime() !== endsAt.getTime()) return skip('obsolete', 'the trial ends at another time')
  if (isCustomerDeleted) return skip('obsolete', 'the customer is deleted')
  if (endsBy(endsAt, subscription)) return skip('obsolete', 'the subscription ends with its trial')
  if (hasPaymentMethod) return skip('obsolete', 'there is a payment method')
  if (collectionMethod === 'send_invoice') return skip('obsolete', 'its invoices are sent, and need no payment method')
  return pauseCollection ? skip('obsolete', 'nothing is collected while collection is paused') : null
}

type Trial = Pick<BilledSubscription, 'missingPaymentMethod' | 'livemode'>

/**
 * Says what happens without a payment method. By default an invoice is created:
 * https://docs.stripe.com/api/subscriptions/create#create_subscription-trial_settings-end_behavior-missing_payment_method
 */
export function trialEndingEmail(date: Date, { missingPaymentMethod, livemode }: Trial): Draft<'trial.ending'> {
  const common = { kind: 'trial.ending' as const, values: { date }, isTest: livemode === false }
  if (missingPaymentMethod === 'cancel') return { ...common, variant: 'canceled' }
  if (missingPaymentMethod === 'pause') return { ...common, variant: 'paused' }
  return common
}
