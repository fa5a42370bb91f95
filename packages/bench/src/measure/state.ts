import type { Writes } from '../peers/worker/writes.ts'
import { numberOf, type Stores } from '../setup/stores.ts'
import { type Sum, sums } from '../sums.ts'

/** Checks the tables after this many paid invoices. */
export async function checkState(of: string, stores: Stores, writes: Writes, events: number): Promise<Sum[]> {
  return [
    ...(await checkRows(of, stores, writes, events)),
    ...sums(
      of,
      { 'premium users': events, 'debits less credits': 0 },
      {
        'premium users': await numberOf(stores, "SELECT count(*) FROM users WHERE role = 'PREMIUM'"),
        'debits less credits': await numberOf(
          stores,
          "SELECT coalesce(sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END), 0) FROM ledger_entries",
        ),
      },
    ),
  ]
}

/** Checks that every event wrote as many rows as the sample. */
export async function checkRows(of: string, stores: Stores, writes: Writes, events: number): Promise<Sum[]> {
  const expected = Object.fromEntries(Object.entries(writes.rows).map(([table, rows]) => [table, rows * events]))
  const found: Record<string, number> = {}
  for (const table of Object.keys(writes.rows)) found[table] = await numberOf(stores, `SELECT count(*) FROM ${table}`)
  return [
    ...sums(of, expected, found),
    ...sums(
      of,
      { recorded: events, processed: events },
      {
        recorded: await numberOf(stores, 'SELECT count(*) FROM webhook_events'),
        processed: await numberOf(stores, "SELECT count(*) FROM webhook_events WHERE status = 'processed'"),
      },
    ),
  ]
}
