import { type CreditNoteFact, type LedgerEntryFact, transfer } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { type CreditNoteRegisters, isVoid } from '../merges/credit-note.ts'
import type { Traced } from '../merges/index.ts'
import { parseRows, registers } from '../sql/rows.ts'
import type { TracedEntry } from './entries.ts'

export const CreditNoteRow = z.object({ id: z.string(), registers: registers<CreditNoteRegisters>() })

export const CREDIT_NOTES = `SELECT stripe_credit_note_id AS id, registers FROM credit_notes
  WHERE stripe_credit_note_id = ANY ($1)`

/** Derives the entries of the credit notes of these facts, whose rows the merge has locked. */
export async function deriveCreditNotes(client: PoolClient, facts: Traced<CreditNoteFact>[]): Promise<TracedEntry[]> {
  if (facts.length === 0) return []
  const eventOf = new Map(facts.map(({ creditNoteId, webhookEventId }) => [creditNoteId, webhookEventId]))
  const { rows } = await client.query({
    name: 'find_credit_notes',
    text: CREDIT_NOTES,
    values: [[...eventOf.keys()]],
  })
  return parseRows(CreditNoteRow, rows).flatMap((row) => {
    const webhookEventId = eventOf.get(row.id) ?? ''
    return entriesOfCreditNote(row).map((entry) => ({ webhookEventId, ...entry }))
  })
}

/**
 * Only what was given back outside Stripe is booked here. A refund is booked by its own events; less that is due, and
 * a credit to the customer's balance, move no money.
 */
export function entriesOfCreditNote({ id, registers }: z.infer<typeof CreditNoteRow>): LedgerEntryFact[] {
  const { invoiceId, account, livemode, latest } = registers
  const { outOfBandAmount: amount, currency } = latest.contents
  if (invoiceId === null || amount <= 0) return []
  const entry = {
    kind: 'ledgerEntry' as const,
    paymentId: invoiceId,
    stripeAccount: account ?? null,
    livemode: livemode ?? null,
    currency,
  }
  const refunded = { ...entry, entryKey: `refund:${id}`, lines: transfer('refunds', 'external', amount) }
  if (!isVoid(latest.contents)) return [refunded]
  return [refunded, { ...entry, entryKey: `refund_failed:${id}`, lines: transfer('external', 'refunds', amount) }]
}
