import type { InvoiceLine } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { emailOf } from './email-of.ts'
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
  livemode: boolean | null
  account: string | null
  email: string | null
  /** See `localesOf`. */
  locales: string | null
}

const lines: z.ZodType<InvoiceLine[]> = z.array(
  z.object({ description: z.string(), quantity: z.number().nullable(), amount: z.number() }),
)

export async function loadBilledInvoice(pool: Pool, invoiceId: string): Promise<BilledInvoice | undefined> {
  const prisma = prismaOf(pool)
  const row = await prisma.invoice.findUnique({ where: { stripeInvoiceId: invoiceId }, omit: { registers: true } })
  if (!row) return undefined
  const { stripeCustomerId, customerEmail, ...invoice } = row
  return {
    ...invoice,
    invoiceId,
    lines: lines.parse(row.lines),
    email: await emailOf(prisma, stripeCustomerId, customerEmail),
    locales: await localesOf(prisma, stripeCustomerId),
  }
}
