import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { emailOf } from './email-of.ts'
import { localesOf } from './locales-of.ts'

export interface BilledCheckout {
  /** `payment, subscription, setup`; null before 2020. */
  mode: string | null
  status: string | null
  paymentStatus: string | null
  /** In the currency's minor unit. */
  amount: bigint | null
  currency: string | null
  livemode: boolean | null
  email: string | null
  /** See `localesOf`. */
  locales: string | null
}

export async function loadBilledCheckout(pool: Pool, sessionId: string): Promise<BilledCheckout | undefined> {
  const prisma = prismaOf(pool)
  const session = await prisma.checkoutSession.findUnique({ where: { stripeCheckoutSessionId: sessionId } })
  if (!session) return undefined
  const { mode, status, paymentStatus, amountTotal: amount, currency, livemode } = session
  const email = await emailOf(prisma, {
    customerId: session.stripeCustomerId,
    account: session.account,
    named: session.customerEmail,
  })
  const locales = await localesOf(prisma, session.stripeCustomerId, session.locale)
  return { mode, status, paymentStatus, amount, currency, livemode, email, locales }
}
