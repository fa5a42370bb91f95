import type { PoolClient } from 'pg'
import { MergeConflictError } from '../merges/merge-rows.ts'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { toJsonb } from '../sql/text.ts'
import type { NewCreditEntry } from './corrections.ts'

/** A new entry, and the row of the inbox that caused it; null for a schedule or a change of the host. */
export type TracedCreditEntry = NewCreditEntry & { webhookEventId: string | null }

const COLUMNS = `entry_key, corrects, about, user_id, account, direction, amount, starts_at, expires_at, payment_id,
  generation_job_id, webhook_event_id`

/** Inserts entries. Must be called with a lock on the rows that they are derived from. */
export async function writeCredits(client: PoolClient, entries: TracedCreditEntry[]): Promise<void> {
  const rows = entries.flatMap(rowsOf).sort((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1))
  if (rows.length === 0) return
  const { rows: inserted } = await client.query({
    name: 'insert_credits',
    text: `INSERT INTO credit_entries (${COLUMNS})
      SELECT ${COLUMNS} FROM jsonb_to_recordset($1::jsonb)
      AS new (entry_key text, corrects text, about text, user_id text, account text, direction text, amount bigint,
        starts_at timestamptz, expires_at timestamptz, payment_id text, generation_job_id text, webhook_event_id bigint)
      ON CONFLICT (entry_key, account, direction) DO NOTHING RETURNING entry_key AS key`,
    values: [toJsonb(rows)],
  })
  if (inserted.length !== rows.length) throw new MergeConflictError('another transaction booked the same credits')
  recordWritten(client, 'credit_entries', keysOf(inserted))
}

const rowsOf = (entry: TracedCreditEntry) =>
  entry.lines.map(({ account, amount }) => ({
    entry_key: entry.entryKey,
    corrects: entry.corrects,
    about: entry.about,
    user_id: entry.userId,
    account,
    direction: amount > 0 ? 'debit' : 'credit',
    amount: Math.abs(amount),
    starts_at: entry.startsAt,
    expires_at: entry.expiresAt,
    payment_id: entry.paymentId,
    generation_job_id: entry.generationJobId,
    webhook_event_id: entry.webhookEventId,
  }))

/** All transactions insert in one order. */
const sortKeyOf = (row: ReturnType<typeof rowsOf>[number]): string => `${row.entry_key} ${row.account} ${row.direction}`
