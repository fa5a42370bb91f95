import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

/** Those of these customers who have entitlements from Stripe here. */
export async function entitledCustomers(pool: Pool, customerIds: string[]): Promise<Set<string>> {
  if (customerIds.length === 0) return new Set()
  const rows = await prismaOf(pool).entitlement.findMany({
    where: { stripeCustomerId: { in: customerIds }, source: { startsWith: 'customer:' } },
    select: { stripeCustomerId: true },
  })
  return new Set(rows.flatMap(({ stripeCustomerId }) => stripeCustomerId ?? []))
}
