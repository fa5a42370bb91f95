import type { PoolClient } from 'pg'
import { z } from 'zod'
import { COMPARABLE } from '../comparable-rows.ts'
import { queryRows } from '../sql/rows.ts'
import { TABLES, type Table } from '../tables.ts'

/** The inbox is not state: state follows from it, and retention deletes it. */
export const STATE_TABLES: readonly string[] = COMPARABLE.filter((name) => name !== 'webhook_events').sort()

/**
 * The money of each entry by account, in place of its lines: an entry that was corrected equals one that was right from
 * the start. Entries of version 1 have the keys that their movements have now.
 */
const BALANCES = `SELECT key AS entry_key, payment_id, stripe_account, livemode, account, currency, sum(amount) AS balance
  FROM (
    SELECT CASE WHEN key LIKE 'dispute:%:lost' THEN 'withdrawn:' || split_part(key, ':', 2) || ':1'
        WHEN key LIKE 'dispute:%:won' THEN 'reinstated:' || split_part(key, ':', 2) || ':1' ELSE key END AS key,
      payment_id, stripe_account, livemode, account, currency, amount
    FROM (
      SELECT coalesce(corrects, entry_key) AS key, payment_id, stripe_account, livemode, account, currency,
        CASE direction WHEN 'debit' THEN amount ELSE -amount END AS amount
      FROM ledger_entries) AS booked
  ) AS moved GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(amount) <> 0`

/**
 * The credits of each entry by account. The time of what the host granted or reserved is the host's own, that of a payment
 * follows from events.
 */
const CREDITS = `SELECT coalesce(corrects, entry_key) AS entry_key, about, user_id, account,
    CASE WHEN payment_id IS NOT NULL THEN starts_at END AS starts_at, expires_at, payment_id, generation_job_id,
    sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) AS balance
  FROM credit_entries GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0`

/** Selects the rows of a table that are state, without columns that may differ between two databases. */
export async function selectStateRows(client: PoolClient, name: string): Promise<string> {
  if (name === 'ledger_entries') return BALANCES
  if (name === 'credit_entries') return CREDITS
  const columns = await stateColumns(client, name)
  return `SELECT ${columns.join(', ')} FROM ${name} WHERE ${TABLES[name]?.sharedIf ?? true}`
}

/** Of the host's rows, only what we derive is ours to compare. */
async function stateColumns(client: PoolClient, name: string): Promise<string[]> {
  const { rows, key, updates, volatile } = TABLES[name] as Table
  const columns = rows === 'host' ? [...key, ...updates] : await allColumns(client, name)
  return columns.filter((column) => !volatile.includes(column))
}

async function allColumns(client: PoolClient, name: string): Promise<string[]> {
  const columns = await queryRows(
    client,
    z.object({ name: z.string() }),
    `SELECT quote_ident(attname) AS name FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [name],
  )
  return columns.map((column) => column.name)
}
