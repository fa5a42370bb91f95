import type { Pool } from '@sluice/database/pool'

/** Compared columns of each table: those that follow from the events, and not from when or how they were processed. */
const TABLES: Record<string, string> = {
  webhook_events: `SELECT jsonb_build_array(provider, event_id, status, error)`,
  users: 'SELECT to_jsonb(t)',
  customers: 'SELECT to_jsonb(t)',
  subscriptions: `SELECT to_jsonb(t) - '{webhook_event_id,fetch_after,undecided}'::text[]`,
  invoices: 'SELECT to_jsonb(t)',
  checkout_sessions: 'SELECT to_jsonb(t)',
  payment_methods: 'SELECT to_jsonb(t)',
  connected_accounts: 'SELECT to_jsonb(t)',
  payments: `SELECT to_jsonb(t) - 'webhook_event_id'`,
  payment_references: 'SELECT to_jsonb(t)',
  refunds: 'SELECT to_jsonb(t)',
  disputes: 'SELECT to_jsonb(t)',
  ledger_entries: `SELECT to_jsonb(t) - '{id,webhook_event_id,created_at}'::text[]`,
  generation_jobs: `SELECT to_jsonb(t) - '{seen_at,poll_after}'::text[]`,
  variants: 'SELECT jsonb_build_array(idx, pointer, source_url, asset_key)',
  outbox_messages: `SELECT jsonb_build_array(effect_key, kind, payload)`,
}

/** Cache invalidations depend on when state changed, so they are not compared. */
const WHERE: Record<string, string> = { outbox_messages: `WHERE kind <> 'features.invalidate'` }

export interface Difference {
  /** Expected rows that are absent or different. */
  missing: string[]
  /** Rows that nothing explains. */
  extra: string[]
}

/** Compares the real database with the reference, row by row. Of a dead letter only its existence counts. */
export async function compare(real: Pool, reference: Pool, deadLetters: readonly string[] = []): Promise<Difference> {
  const difference: Difference = { missing: [], extra: [] }
  for (const [table, columns] of Object.entries(TABLES)) {
    const [actual, expected] = await Promise.all([rowsOf(real, table, columns), rowsOf(reference, table, columns)])
    for (const row of expected) if (!actual.delete(row)) difference.missing.push(`${table} ${row}`)
    for (const row of actual) difference.extra.push(`${table} ${row}`)
  }
  difference.extra = difference.extra.filter((row) => !deadLetters.some((id) => row.includes(`"${id}", "failed"`)))
  return difference
}

async function rowsOf(pool: Pool, table: string, columns: string): Promise<Set<string>> {
  const { rows } = await pool.query<{ row: string }>(
    `SELECT row::text FROM (${columns} AS row FROM ${table} t ${WHERE[table] ?? ''}) AS all_rows`,
  )
  return new Set(rows.map(({ row }) => row))
}
