import type { LedgerEntryFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import type { Traced } from '../merges/index.ts'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { toJsonb } from '../sql/text.ts'

export type TracedEntry = Traced<LedgerEntryFact>

/** Writes both sides of each entry. Idempotent per entry key. */
export async function writeLedger(client: PoolClient, entries: TracedEntry[]): Promise<void> {
  if (entries.length === 0) return
  const rows = entries
    .flatMap(({ entryKey, paymentId, amount, currency, debit, credit, webhookEventId }) => {
      const both = { entry_key: entryKey, payment_id: paymentId, amount, currency, webhook_event_id: webhookEventId }
      return [
        { account: debit, direction: 'debit', ...both },
        { account: credit, direction: 'credit', ...both },
      ]
    })
    .sort((a, b) => (a.entry_key + a.account < b.entry_key + b.account ? -1 : 1))
  const { rows: inserted } = await client.query({
    name: 'insert_ledger',
    text: `INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency, webhook_event_id)
      SELECT entry_key, payment_id, account, direction, amount, currency, webhook_event_id FROM jsonb_to_recordset($1::jsonb)
      AS new (entry_key text, payment_id text, account text, direction text, amount bigint, currency text, webhook_event_id bigint)
      ON CONFLICT (entry_key, account, direction) DO NOTHING RETURNING entry_key AS key`,
    values: [toJsonb(rows)],
  })
  recordWritten(client, 'ledger_entries', keysOf(inserted))
}
