import type { PrismaClient } from '../client.ts'

/**
 * Finds a customer's e-mail address: the customer's own, else `named` from the customer's object, else that of the
 * host's user.
 */
export async function emailOf(
  { customer: customers, user: users }: PrismaClient,
  customerId: string | null,
  named: string | null = null,
): Promise<string | null> {
  if (customerId === null) return named
  const customer = await customers.findUnique({
    where: { stripeCustomerId: customerId },
    select: { email: true, userId: true },
  })
  const email = customer?.email ?? named
  if (email !== null) return email
  const where = customer?.userId ? { id: customer.userId } : { stripeCustomerId: customerId }
  const user = await users.findUnique({ where, select: { email: true } })
  return user?.email ?? null
}
