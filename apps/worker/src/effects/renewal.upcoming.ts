import { loadBilledSubscription } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { z } from 'zod'
import { moneyText } from '../outbound/format/currency.ts'
import { dayText } from '../outbound/format/date.ts'
import type { EmailContent } from '../outbound/mail/email-content.ts'
import { defineEffect, id, isoTime } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { CUSTOMER_FOOTER, futureDate } from './shared/email-parts.ts'

/** A subscription renews soon: the e-mail states the date and the amount. */
export const renewalUpcoming = defineEffect('renewal.upcoming', {
  payload: { subscriptionId: id, periodEnd: isoTime, amount: z.string().regex(/^-?\d+$/), currency: id },
  async run(message, tools) {
    const { subscriptionId, periodEnd, amount, currency } = message.payload
    const renewsAt = futureDate(new Date(periodEnd), new Date())
    if (!renewsAt) return skip('obsolete', 'the renewal date has passed')
    const subscription = await loadBilledSubscription(tools.pool, subscriptionId)
    if (!subscription?.isActive) return skip('obsolete', 'the subscription is not active')
    const isTest = subscription.livemode === false
    const content = renewalUpcomingEmail({ renewsAt, amount: BigInt(amount), currency, isTest })
    return sendEmail(message, tools, content, { to: subscription.email })
  },
})

export interface Renewal {
  renewsAt: Date
  /** In the currency's minor unit. */
  amount: bigint
  currency: string
  isTest: boolean
}

export function renewalUpcomingEmail({ renewsAt, amount, currency, isTest }: Renewal): EmailContent {
  const day = dayText(renewsAt)
  const money = moneyText(amount, currency)
  return {
    subject: `Your subscription renews on ${day}`,
    title: `Your subscription renews on ${day}`,
    paragraphs: [
      amount > 0n
        ? `We will charge ${money} to your payment method for the next period. No action is needed.`
        : 'You will not be charged for the next period. No action is needed.',
      'To change or cancel your subscription, please do so before that date.',
    ],
    details: [
      ['Renewal date', day],
      ['Amount', money],
    ],
    footer: CUSTOMER_FOOTER,
    isTest,
  }
}
