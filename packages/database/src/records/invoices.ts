import type { InvoiceDetails, InvoiceLine } from '@sluice/events'
import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { emailOf } from './email-of.ts'
import { detailsOf, linesOf } from './invoice-json.ts'
import { localesOf } from './locales-of.ts'

/** Invoice data for e-mails and documents, read from merged rows. Amounts in the currency's minor unit. */
export interface BilledInvoice {
  invoiceId: string
  status: string
  number: string | null
  amountDue: bigint
  amountPaid: bigint
  tax: bigint | null
  currency: string
  attemptCount: number
  nextPaymentAttempt: Date | null
  hostedInvoiceUrl: string | null
  periodStart: Date | null
  periodEnd: Date | null
  createdAt: Date | null
  lines: InvoiceLine[]
  /** Null in rows of older versions. */
  details: InvoiceDetails | null
  invoicePdf: string | null
  livemode: boolean | null
  account: string | null
  email: string | null
  /** See `localesOf`. */
  locales: string | null
}

export async function loadBilledInvoice(pool: Pool, invoiceId: string): Promise<BilledInvoice | undefined> {
  const prisma = prismaOf(pool)
  const row = await prisma.invoice.findUnique({ where: { stripeInvoiceId: invoiceId }, omit: { registers: true } })
  if (!row) return undefined
  const { stripeCustomerId, customerEmail, ...invoice } = row
  return {
    ...invoice,
    invoiceId,
    lines: linesOf(row.lines),
    details: detailsOf(row.details),
    email: await emailOf(prisma, { customerId: stripeCustomerId, account: row.account, named: customerEmail }),
    locales: await localesOf(prisma, stripeCustomerId),
  }
}
