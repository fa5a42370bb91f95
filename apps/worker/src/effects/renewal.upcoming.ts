import {
  type BilledSubscription,
  loadBilledSubscription,
  loadCustomerEmail,
  loadCustomerLocales,
} from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { type Skip, skip } from '@sluice/events'
import { currentTime } from '@sluice/runtime/clock'
import { z } from 'zod'
import { defineEffect, type EffectTools, id, isoTime } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { futureDate } from './shared/email-parts.ts'
import { endsBy } from './shared/subscription.ts'

/** A subscription renews soon: the e-mail states the date and the amount. */
export const renewalUpcoming = defineEffect('renewal.upcoming', {
  payload: {
    subscriptionId: id,
    periodEnd: isoTime,
    amount: z.string().regex(/^-?\d+$/),
    currency: id,
    customerId: id.exactOptional(),
    customerEmail: id.exactOptional(),
  },
  async run(message, tools) {
    const { subscriptionId, periodEnd, amount, currency, customerId, customerEmail } = message.payload
    const renewsAt = futureDate(new Date(periodEnd), currentTime())
    if (!renewsAt) return skip('obsolete', 'the renewal date has passed')
    const subscription = await loadBilledSubscription(tools.pool, subscriptionId, customerEmail)
    const obstacle = subscription && reasonToSkip(subscription, renewsAt)
    if (obstacle) return obstacle
    const isTest = subscription ? subscription.livemode === false : message.effectKey.endsWith(':test')
    const recipient = subscription ?? (await recipientOf(tools, message.account, customerId, customerEmail))
    const content = renewalUpcomingEmail({ renewsAt, amount: BigInt(amount), currency, isTest })
    return sendEmail(message, tools, content, { to: recipient.email, locales: recipient.locales })
  },
})

/** A subscription of which nothing is known is one that began before its events were received. */
function reasonToSkip(subscription: BilledSubscription, renewsAt: Date): Skip | null {
  const { status, pauseCollection, isCustomerDeleted, hasPaymentMethod } = subscription
  if (isCustomerDeleted) return skip('obsolete', 'the customer is deleted')
  if (!['active', 'trialing'].includes(status)) return skip('obsolete', `the subscription is ${status}`)
  if (endsBy(renewsAt, subscription)) return skip('obsolete', 'the subscription ends with its period')
  if (pauseCollection) return skip('obsolete', 'nothing is collected while collection is paused')
  if (status === 'trialing' && !hasPaymentMethod)
    return skip('obsolete', 'the e-mail about the end of the trial says more')
  return null
}

async function recipientOf({ pool }: EffectTools, account: string | null, customerId?: string, named?: string) {
  if (!customerId) return { email: named ?? null, locales: null }
  return {
    email: await loadCustomerEmail(pool, { customerId, account, named: named ?? null }),
    locales: await loadCustomerLocales(pool, customerId),
  }
}

export interface Renewal {
  renewsAt: Date
  /** In the currency's minor unit. */
  amount: bigint
  currency: string
  isTest: boolean
}

export function renewalUpcomingEmail({ renewsAt: date, isTest, ...money }: Renewal): Draft<'renewal.upcoming'> {
  const common = { kind: 'renewal.upcoming' as const, details: { renewalDate: date, amount: money }, isTest }
  if (money.amount <= 0n) return { ...common, values: { date } }
  return { ...common, variant: 'withAmount', values: { date, amount: money } }
}
