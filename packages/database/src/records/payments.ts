import type { CheckoutDetails } from '@sluice/events'
import type { Pool } from 'pg'
import { type PrismaClient, prismaOf } from '../client.ts'
import { emailOf } from './email-of.ts'
import { checkoutDetailsOf } from './invoice-json.ts'
import { type BilledInvoice, loadBilledInvoice } from './invoices.ts'
import { localesOf } from './locales-of.ts'

/** Payment data for e-mails and documents, read from merged rows. Amounts in the currency's minor unit. */
export interface BilledPayment {
  paymentId: string
  status: string
  amount: bigint
  currency: string
  occurredAt: Date
  livemode: boolean | null
  /** The connected account that was paid; null for the platform's own. */
  account: string | null
  email: string | null
  /** See `localesOf`. */
  locales: string | null
  /** Null for a payment without an invoice. */
  invoice: BilledInvoice | null
  /** Null for a payment without a Checkout session, and in rows of older versions. */
  checkout: CheckoutDetails | null
}

export async function loadBilledPayment(pool: Pool, paymentId: string): Promise<BilledPayment | undefined> {
  const prisma = prismaOf(pool)
  const payment = await prisma.payment.findUnique({ where: { paymentId } })
  if (!payment) return undefined
  const { status, amount, currency, occurredAt, livemode, account } = payment
  const checkout = await prisma.checkoutSession.findUnique({ where: { stripeCheckoutSessionId: paymentId } })
  const invoice = (await loadBilledInvoice(pool, payment.stripeInvoiceId ?? paymentId)) ?? null
  const named =
    (await invoicedTo(prisma, payment.stripeInvoiceId ?? paymentId)) ??
    checkout?.customerEmail ??
    (await namedBy(prisma, paymentId))
  const { stripeCustomerId: customerId, userId } = payment
  const email = await emailOf(prisma, { customerId, account, named, userId })
  const details = checkoutDetailsOf(checkout?.details ?? null)
  const locales = await localesOf(prisma, payment.stripeCustomerId, checkout?.locale)
  const payer = { email: email ?? invoice?.email ?? null, locales }
  const paid = { paymentId, status, amount, currency, occurredAt, livemode, account }
  return { ...paid, ...payer, invoice, checkout: details }
}

/** The address on the invoice itself. */
async function invoicedTo({ invoice: invoices }: PrismaClient, invoiceId: string): Promise<string | null> {
  const where = { stripeInvoiceId: invoiceId }
  return (await invoices.findUnique({ where, select: { customerEmail: true } }))?.customerEmail ?? null
}

/** The address on the payment intent or charge, of a payment of its own. */
async function namedBy({ paymentReference: references }: PrismaClient, reference: string): Promise<string | null> {
  return (await references.findUnique({ where: { reference }, select: { email: true } }))?.email ?? null
}

export interface ReferencedPayment {
  /** The payment that the payment intent or charge belongs to, if known. */
  paymentId: string | null
  succeeded: boolean
  livemode: boolean | null
}

/** Loads the recorded data of a payment intent or charge. */
export async function loadReference(pool: Pool, reference: string): Promise<ReferencedPayment | undefined> {
  const select = { paymentId: true, succeeded: true, livemode: true }
  return (await prismaOf(pool).paymentReference.findUnique({ where: { reference }, select })) ?? undefined
}
