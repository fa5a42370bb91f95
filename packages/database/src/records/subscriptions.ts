import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { emailOf } from './email-of.ts'
import { localesOf } from './locales-of.ts'

export interface BilledSubscription {
  status: string
  isActive: boolean
  cancelAtPeriodEnd: boolean
  /** Whether the customer has an attached payment method, which the subscription needs after a trial. */
  hasPaymentMethod: boolean
  livemode: boolean | null
  email: string | null
  /** See `localesOf`. */
  locales: string | null
}

export async function loadBilledSubscription(pool: Pool, id: string): Promise<BilledSubscription | undefined> {
  const prisma = prismaOf(pool)
  const subscription = await prisma.subscription.findUnique({ where: { stripeSubscriptionId: id } })
  if (!subscription) return undefined
  const { stripeCustomerId, status, isActive, cancelAtPeriodEnd, livemode } = subscription
  const paymentMethods = await prisma.paymentMethod.count({ where: { stripeCustomerId, detached: false } })
  const email = await emailOf(prisma, stripeCustomerId)
  const locales = await localesOf(prisma, stripeCustomerId)
  return { status, isActive, cancelAtPeriodEnd, hasPaymentMethod: paymentMethods > 0, livemode, email, locales }
}
