import type { PrismaClient } from '../client.ts'

export interface Addressee {
  customerId: string | null
  /** The address that the object itself names: of an invoice, an upcoming invoice or a Checkout session. */
  named?: string | null
  /** The host's user, where the object has one of its own. */
  userId?: string | null
}

/**
 * Finds the address of a customer's e-mail, the same for every kind: the one that the object names, else the customer's,
 * else the one on the customer's latest invoice, else that of the host's user.
 */
export async function emailOf(prisma: PrismaClient, { customerId, named, userId }: Addressee): Promise<string | null> {
  if (named) return named
  const customer =
    customerId === null
      ? null
      : await prisma.customer.findUnique({
          where: { stripeCustomerId: customerId },
          select: { email: true, userId: true },
        })
  return (
    customer?.email ??
    (await latestInvoiced(prisma, customerId)) ??
    userEmail(prisma, customerId, userId ?? customer?.userId)
  )
}

async function latestInvoiced({ invoice: invoices }: PrismaClient, customerId: string | null): Promise<string | null> {
  if (customerId === null) return null
  const invoice = await invoices.findFirst({
    where: { stripeCustomerId: customerId, customerEmail: { not: null } },
    orderBy: [{ createdAt: { sort: 'desc', nulls: 'last' } }, { stripeInvoiceId: 'desc' }],
    select: { customerEmail: true },
  })
  return invoice?.customerEmail ?? null
}

async function userEmail(
  { user: users }: PrismaClient,
  customerId: string | null,
  userId: string | null | undefined,
): Promise<string | null> {
  if (!userId && customerId === null) return null
  const where = userId ? { id: userId } : { stripeCustomerId: customerId as string }
  return (await users.findUnique({ where, select: { email: true } }))?.email ?? null
}
