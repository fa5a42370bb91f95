import type { LedgerEntryFact } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { parseRows } from '../sql/rows.ts'
import { Booked } from './entries.ts'

type Keys = Pick<LedgerEntryFact, 'entryKey' | 'formerKey'>

/**
 * The lines that are booked for these entries, by entry key: those under the key, those under the key that version 1
 * used, and those that correct either.
 */
export async function findBooked(client: Pool | PoolClient, entries: Keys[]): Promise<Map<string, Booked[]>> {
  const keyOf = new Map(
    entries.flatMap(({ entryKey, formerKey }) => [entryKey, formerKey ?? entryKey].map((key) => [key, entryKey])),
  )
  const { rows } = await client.query({
    name: 'booked_ledger',
    text: `SELECT entry_key, corrects, payment_id, currency, account,
        (CASE direction WHEN 'debit' THEN amount ELSE -amount END)::text AS amount
      FROM ledger_entries WHERE entry_key = ANY ($1) OR corrects = ANY ($1)`,
    values: [[...keyOf.keys()]],
  })
  const booked = new Map<string, Booked[]>()
  for (const row of parseRows(Booked, rows)) {
    const key = keyOf.get(row.corrects ?? row.entry_key) ?? row.entry_key
    const others = booked.get(key)
    if (others) others.push(row)
    else booked.set(key, [row])
  }
  return booked
}
