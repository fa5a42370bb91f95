import type { LedgerLine } from '@sluice/events'
import type { PoolClient } from 'pg'
import { MergeConflictError } from '../merges/merge-rows.ts'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { toJsonb } from '../sql/text.ts'
import { findBooked } from './booked.ts'
import { correctionsOf } from './corrections.ts'
import type { NewEntry, TracedEntry } from './entries.ts'

/**
 * Makes the ledger say what these entries say. An entry that is not booked is inserted. Rows never change: where an
 * entry says something else than what is booked under its key, the difference is booked as `correction:<entry key>:<n>`.
 * An entry without lines says that no money moved.
 *
 * Must be called with a lock on the rows that the entries are derived from, so that the last transaction knows most.
 */
export async function writeLedger(client: PoolClient, entries: TracedEntry[]): Promise<void> {
  if (entries.length === 0) return
  const wanted = new Map(entries.map((entry) => [entry.entryKey, entry]))
  const booked = await findBooked(client, [...wanted.values()])
  await insertEntries(
    client,
    [...wanted.values()].flatMap((entry) => {
      const before = booked.get(entry.entryKey)
      return before ? correctionsOf(entry, before) : [{ ...entry, corrects: null }]
    }),
  )
}

async function insertEntries(client: PoolClient, entries: NewEntry[]): Promise<void> {
  const rows = entries.flatMap(rowsOf).sort((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1))
  if (rows.length === 0) return
  const { rows: inserted } = await client.query({
    name: 'insert_ledger',
    text: `INSERT INTO ledger_entries (${COLUMNS})
      SELECT ${COLUMNS} FROM jsonb_to_recordset($1::jsonb)
      AS new (entry_key text, corrects text, payment_id text, stripe_account text, livemode boolean, account text,
        direction text, amount bigint, currency text, webhook_event_id bigint)
      ON CONFLICT (entry_key, account, direction) DO NOTHING RETURNING entry_key AS key`,
    values: [toJsonb(rows)],
  })
  if (inserted.length !== rows.length) throw new MergeConflictError('another transaction booked the same entry')
  recordWritten(client, 'ledger_entries', keysOf(inserted))
}

const COLUMNS =
  'entry_key, corrects, payment_id, stripe_account, livemode, account, direction, amount, currency, webhook_event_id'

const rowsOf = ({ lines, ...entry }: NewEntry) => lines.map((line) => rowOf(entry, line))

const rowOf = (entry: Omit<NewEntry, 'lines'>, { account, direction, amount }: LedgerLine) => ({
  entry_key: entry.entryKey,
  corrects: entry.corrects,
  payment_id: entry.paymentId,
  stripe_account: entry.stripeAccount,
  livemode: entry.livemode,
  account,
  direction,
  amount,
  currency: entry.currency,
  webhook_event_id: entry.webhookEventId,
})

/** All transactions insert in one order. */
const sortKeyOf = (row: ReturnType<typeof rowOf>): string => `${row.entry_key} ${row.account} ${row.direction}`
