import type { LedgerEntryFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { CREDIT_NOTES, CreditNoteRow, entriesOfCreditNote } from '../../ledger/credit-notes.ts'
import { entryOfPayment } from '../../ledger/payments.ts'
import { entriesOf, Reversal, reversals } from '../../ledger/reversals.ts'
import { writeLedger } from '../../ledger/write-entries.ts'
import { modern, type PaymentRegisters } from '../../merges/payment.ts'
import { parseRows } from '../../sql/rows.ts'
import { keysIn } from './row-names.ts'

/** Entries by key. */
export type Entries = Map<string, LedgerEntryFact>

/**
 * The entries that follow from these rows as they are now.
 *
 * @param rows as `table/key`: references, refunds, disputes and credit notes
 */
export async function entriesFrom(
  client: PoolClient,
  rows: ReadonlySet<string>,
  payments: ReadonlyMap<string, PaymentRegisters>,
): Promise<Entries> {
  const entries: Entries = new Map()
  for (const [id, registers] of payments) {
    if (modern(registers).status !== 'succeeded') continue
    const entry = entryOfPayment(id, registers)
    entries.set(entry.entryKey, entry)
  }
  const ids = ['payment_references', 'refunds', 'disputes'].flatMap((table) => keysIn(table, rows))
  const { rows: reversed } = await client.query({ text: reversals('FOR UPDATE'), values: [ids] })
  for (const row of parseRows(Reversal, reversed))
    for (const entry of entriesOf(row)) entries.set(entry.entryKey, entry)
  const creditNotes = await client.query({ text: CREDIT_NOTES, values: [keysIn('credit_notes', rows)] })
  for (const row of parseRows(CreditNoteRow, creditNotes.rows))
    for (const entry of entriesOfCreditNote(row)) entries.set(entry.entryKey, entry)
  return entries
}

/** Books the difference: an entry that follows from no row any more is reversed by a correction. */
export async function reviseLedger(
  client: PoolClient,
  before: Entries,
  after: Entries,
  webhookEventId: string,
): Promise<void> {
  const withdrawn = [...before.values()].filter(({ entryKey }) => !after.has(entryKey))
  await writeLedger(
    client,
    [...after.values(), ...withdrawn.map((entry) => ({ ...entry, lines: [] }))].map((entry) => ({
      webhookEventId,
      ...entry,
    })),
  )
}
