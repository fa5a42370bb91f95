import type { CreditNoteDetails, InvoiceLine } from '@sluice/events'
import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { emailOf } from './email-of.ts'
import { creditNoteDetailsOf, linesOf } from './invoice-json.ts'
import { type BilledInvoice, loadBilledInvoice } from './invoices.ts'
import { localesOf } from './locales-of.ts'

/** Credit note data for e-mails and documents, read from merged rows. Amounts in the currency's minor unit. */
export interface BilledCreditNote {
  creditNoteId: string
  /** `issued` or `void`. */
  status: string
  number: string | null
  currency: string
  /** Including tax. */
  amount: bigint
  tax: bigint | null
  /** How much less is due of the invoice. */
  prePaymentAmount: bigint
  /** Credited to the customer's balance; null if unknown. */
  customerBalanceAmount: bigint | null
  outOfBandAmount: bigint
  memo: string | null
  lines: InvoiceLine[]
  /** Null in rows of older versions. */
  details: CreditNoteDetails | null
  pdf: string | null
  issuedAt: Date
  invoiceId: string | null
  /** Null if the invoice is not known here. */
  invoice: BilledInvoice | null
  livemode: boolean | null
  account: string | null
  email: string | null
  /** See `localesOf`. */
  locales: string | null
}

/** @param occurredAt time of its event, in case the event did not say when the credit note was issued */
export async function loadBilledCreditNote(
  pool: Pool,
  creditNoteId: string,
  occurredAt: Date,
): Promise<BilledCreditNote | undefined> {
  const prisma = prismaOf(pool)
  const row = await prisma.creditNote.findUnique({
    where: { stripeCreditNoteId: creditNoteId },
    omit: { registers: true },
  })
  if (!row) return undefined
  const { stripeCustomerId: customerId, stripeInvoiceId: invoiceId, ...creditNote } = row
  const invoice = invoiceId === null ? null : ((await loadBilledInvoice(pool, invoiceId)) ?? null)
  return {
    ...creditNote,
    creditNoteId,
    lines: linesOf(row.lines),
    details: creditNoteDetailsOf(row.details),
    issuedAt: row.effectiveAt ?? row.createdAt ?? occurredAt,
    invoiceId,
    invoice,
    email: invoice?.email ?? (await emailOf(prisma, { customerId, account: row.account })),
    locales: await localesOf(prisma, customerId),
  }
}
