import type { PrismaClient } from '../client.ts'

export interface Addressee {
  customerId: string | null
  /** The account of the object, whose customers alone count. Null for the platform's own. */
  account: string | null
  /** The address that the object itself names: of an invoice, an upcoming invoice or a Checkout session. */
  named?: string | null
  /** The host's user, where the object has one of its own. */
  userId?: string | null
}

/**
 * Finds the address of a customer's e-mail, the same for every kind: the one that the object names, else the customer's,
 * else the one on the customer's latest invoice, else that of the host's user, if the customer is linked to one. Null
 * for a forgotten person.
 */
export async function emailOf(prisma: PrismaClient, addressee: Addressee): Promise<string | null> {
  const { customerId, account, named, userId } = addressee
  const customer = customerId === null ? null : await customerOf(prisma, customerId)
  if (customer && isForgotten(customer.registers)) return null
  if (named) return named
  if (customer && customer.account !== account) return userEmail(prisma, userId)
  return (
    customer?.email ??
    (await latestInvoiced(prisma, customerId, account)) ??
    userEmail(prisma, userId ?? customer?.userId ?? (await linkedByHost(prisma, customerId, account)))
  )
}

const customerOf = ({ customer: customers }: PrismaClient, stripeCustomerId: string) =>
  customers.findUnique({
    where: { stripeCustomerId },
    select: { email: true, userId: true, account: true, registers: true },
  })

/** Nobody writes to a forgotten person, also where the host's own row still has an address. */
const isForgotten = (registers: unknown): boolean =>
  typeof registers === 'object' && registers !== null && 'forgotten' in registers

async function latestInvoiced(
  { invoice: invoices }: PrismaClient,
  customerId: string | null,
  account: string | null,
): Promise<string | null> {
  if (customerId === null) return null
  const invoice = await invoices.findFirst({
    where: { stripeCustomerId: customerId, account, customerEmail: { not: null } },
    orderBy: [{ createdAt: { sort: 'desc', nulls: 'last' } }, { stripeInvoiceId: 'desc' }],
    select: { customerEmail: true },
  })
  return invoice?.customerEmail ?? null
}

async function userEmail({ user: users }: PrismaClient, id: string | null | undefined): Promise<string | null> {
  return id ? ((await users.findUnique({ where: { id }, select: { email: true } }))?.email ?? null) : null
}

/** A connected account's customer is linked by the commit, if the settings allow it. */
async function linkedByHost(
  { user: users }: PrismaClient,
  stripeCustomerId: string | null,
  account: string | null,
): Promise<string | null> {
  if (stripeCustomerId === null || account !== null) return null
  return (await users.findUnique({ where: { stripeCustomerId }, select: { id: true } }))?.id ?? null
}
