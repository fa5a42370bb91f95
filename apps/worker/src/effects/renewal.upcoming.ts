import { loadBilledSubscription } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { z } from 'zod'
import { defineEffect, id, isoTime } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { futureDate } from './shared/email-parts.ts'

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
    return sendEmail(message, tools, content, { to: subscription.email, locales: subscription.locales })
  },
})

export interface Renewal {
  renewsAt: Date
  /** In the currency's minor unit. */
  amount: bigint
  currency: string
  isTest: boolean
}

export function renewalUpcomingEmail({ renewsAt: date, isTest, ...money }: Renewal): Draft<'renewal.upcoming'> {
  const common = { kind: 'renewal.upcoming' as const, details: { date, amount: money }, isTest }
  if (money.amount <= 0n) return { ...common, values: { date } }
  return { ...common, variant: 'withAmount', values: { date, amount: money } }
}
