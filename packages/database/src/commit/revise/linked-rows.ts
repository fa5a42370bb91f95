import type { PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../../sql/rows.ts'
import { keysIn, nameOf } from './row-names.ts'

/** Tables whose rows together say what a ledger entry says. */
const OF_MONEY = ['payments', 'payment_references', 'refunds', 'disputes', 'invoices', 'checkout_sessions']

const Linked = z.object({ row: z.string().nullable() })

/**
 * Adds the rows that say what the ledger says together with these: a refund says how much, its charge of which payment.
 * All of them are made again at once, so that no entry is ever derived from rows of which some are still wrong. Otherwise
 * a replay would book a correction in one batch, and take it back in a later one.
 *
 * Rows are linked by events that touch both, and by what the rows say now.
 */
export async function withLinkedRows(client: PoolClient, rows: ReadonlySet<string>): Promise<Set<string>> {
  const all = new Set(rows)
  for (let added = ofMoney(rows); added.length > 0; ) {
    added = (await linkedTo(client, added)).filter((row) => !all.has(row))
    for (const row of added) all.add(row)
  }
  return all
}

const isOfMoney = (row: string): boolean => OF_MONEY.includes(row.slice(0, row.indexOf('/')))

const ofMoney = (rows: Iterable<string>): string[] => [...rows].filter(isOfMoney)

async function linkedTo(client: PoolClient, rows: string[]): Promise<string[]> {
  const [payments, references] = [keysIn('payments', rows), keysIn('payment_references', rows)]
  const found = await queryRows(
    client,
    Linked,
    `SELECT unnest(touched) AS row FROM webhook_events WHERE touched IS NOT NULL AND touched && $1
      UNION SELECT 'payment_references/' || reference FROM payment_references WHERE payment_id = ANY ($2)
      UNION SELECT 'payments/' || payment_id FROM payment_references WHERE reference = ANY ($3)
      UNION SELECT 'payment_references/' || r.reference FROM payments p JOIN payment_references r
        ON r.payment_id = p.moved_to_payment_id WHERE p.payment_id = ANY ($2)
      UNION SELECT 'refunds/' || stripe_refund_id FROM refunds
        WHERE charge_id = ANY ($3) OR payment_intent_id = ANY ($3)
      UNION SELECT 'disputes/' || stripe_dispute_id FROM disputes
        WHERE charge_id = ANY ($3) OR payment_intent_id = ANY ($3)
      UNION SELECT 'payment_references/' || unnest(ARRAY[charge_id, payment_intent_id]) FROM refunds
        WHERE stripe_refund_id = ANY ($4)
      UNION SELECT 'payment_references/' || unnest(ARRAY[charge_id, payment_intent_id]) FROM disputes
        WHERE stripe_dispute_id = ANY ($5)`,
    [rows, payments, references, keysIn('refunds', rows), keysIn('disputes', rows)],
  )
  return ofMoney([...found.flatMap(({ row }) => row ?? []), ...withSameId(rows)])
}

/** A payment has the id of its invoice, session, intent or charge. */
const withSameId = (rows: string[]): string[] => [
  ...['invoices', 'checkout_sessions', 'payment_references'].flatMap((table) =>
    keysIn(table, rows).map((id) => nameOf('payments', id)),
  ),
  ...keysIn('payments', rows).flatMap((id) => [nameOf('invoices', id), nameOf('checkout_sessions', id)]),
]
