import type { PrismaClient } from '../client.ts'

/**
 * The languages of a customer's e-mail, as tags separated by commas, most wanted first: the customer's own, then
 * `named`, the language of the object that the e-mail is about. Null if neither is known.
 */
export async function localesOf(
  { customer: customers }: PrismaClient,
  customerId: string | null,
  named: string | null = null,
): Promise<string | null> {
  const customer =
    customerId === null
      ? null
      : await customers.findUnique({ where: { stripeCustomerId: customerId }, select: { preferredLocales: true } })
  return [customer?.preferredLocales, named].filter(Boolean).join() || null
}
