import type { Pool } from 'pg'
import { type PrismaClient, prismaOf } from '../client.ts'
import { emailOf } from './email-of.ts'
import { localesOf } from './locales-of.ts'

export interface BilledSubscription {
  status: string
  isActive: boolean
  cancelAtPeriodEnd: boolean
  cancelAt: Date | null
  trialEnd: Date | null
  /** Null unless collection is paused. */
  pauseCollection: string | null
  /** `charge_automatically, send_invoice`. */
  collectionMethod: string | null
  /** At the end of a trial without a payment method: `cancel, create_invoice, pause`. */
  missingPaymentMethod: string | null
  /** Whether a default payment method pays its invoices. One that is attached and nobody's default does not. */
  hasPaymentMethod: boolean
  isCustomerDeleted: boolean
  livemode: boolean | null
  email: string | null
  /** See `localesOf`. */
  locales: string | null
}

/** @param named the address that the event names, see `emailOf` */
export async function loadBilledSubscription(
  pool: Pool,
  id: string,
  named?: string,
): Promise<BilledSubscription | undefined> {
  const prisma = prismaOf(pool)
  const subscription = await prisma.subscription.findUnique({
    where: { stripeSubscriptionId: id },
    omit: { registers: true },
  })
  if (!subscription) return undefined
  const { stripeCustomerId, defaultPaymentMethod } = subscription
  const customer = await prisma.customer.findUnique({
    where: { stripeCustomerId },
    select: { defaultPaymentMethod: true, deleted: true },
  })
  return {
    ...subscription,
    hasPaymentMethod: await isUsable(prisma, defaultPaymentMethod ?? customer?.defaultPaymentMethod ?? null),
    isCustomerDeleted: customer?.deleted ?? false,
    email: await emailOf(prisma, { customerId: stripeCustomerId, account: subscription.account, named: named ?? null }),
    locales: await localesOf(prisma, stripeCustomerId),
  }
}

/** A default that was detached pays nothing, even if no event of its customer has said so. */
async function isUsable({ paymentMethod: methods }: PrismaClient, id: string | null): Promise<boolean> {
  if (id === null) return false
  const method = await methods.findUnique({ where: { stripePaymentMethodId: id }, select: { detached: true } })
  return !method?.detached
}
