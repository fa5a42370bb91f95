import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { type Addressee, emailOf } from './email-of.ts'
import { localesOf } from './locales-of.ts'

/** See `emailOf`. */
export const loadCustomerEmail = (pool: Pool, addressee: Addressee): Promise<string | null> =>
  emailOf(prismaOf(pool), addressee)

/** Whether a payment of the customer succeeded since then. */
export async function hasPaidSince(pool: Pool, customerId: string, since: Date): Promise<boolean> {
  const where = { stripeCustomerId: customerId, status: 'succeeded', occurredAt: { gte: since } }
  return (await prismaOf(pool).payment.findFirst({ where, select: { paymentId: true } })) !== null
}

/** See `localesOf`. */
export const loadCustomerLocales = (pool: Pool, customerId: string): Promise<string | null> =>
  localesOf(prismaOf(pool), customerId)
