import type { Pool } from 'pg'

/** Rows that events make or change, by table. */
export type State = Record<string, unknown[]>

/** Without what tells of the way it came: ids of our own, and when we wrote it. */
const OWN = ['id', 'webhook_event_id', 'fetch_after']

const TABLES: Record<string, string> = {
  users: 'to_jsonb(t)',
  customers: 'to_jsonb(t)',
  subscriptions: 'to_jsonb(t)',
  invoices: 'to_jsonb(t)',
  checkout_sessions: 'to_jsonb(t)',
  payment_methods: 'to_jsonb(t)',
  connected_accounts: 'to_jsonb(t)',
  payments: 'to_jsonb(t)',
  payment_references: 'to_jsonb(t)',
  refunds: 'to_jsonb(t)',
  disputes: 'to_jsonb(t)',
  ledger_entries: `to_jsonb(t) - 'created_at'`,
  outbox_messages: `jsonb_build_object('key', effect_key, 'kind', kind, 'payload', payload,
    'notBefore', CASE WHEN available_at < now() - interval '1 day' OR available_at > now() THEN available_at END)`,
}

/** Cache keys follow from when state changed, and so from the order; generations are no part of these lifecycles. */
const WHERE: Record<string, string> = {
  outbox_messages: `WHERE kind NOT IN ('features.invalidate', 'generation.completed')`,
}

/**
 * The state that each lifecycle ended in, by the ending of its ids, in a form that is the same text for the same state:
 * the ending is left out, and so is what follows from it, digests and the order of lists that are sorted by them.
 */
export async function statesOf(pool: Pool, lifecycles: Array<{ ending: string }>): Promise<Map<string, State>> {
  const states = new Map<string, State>(lifecycles.map(({ ending }) => [ending, emptyState()]))
  for (const [table, columns] of Object.entries(TABLES)) {
    const { rows } = await pool.query<{ row: string }>(
      `SELECT (${columns} - $1::text[])::text AS row FROM ${table} t ${WHERE[table] ?? ''}`,
      [table === 'users' ? [] : OWN],
    )
    for (const { row } of rows) {
      const ending = endingIn(row, states)
      if (ending === undefined) throw new Error(`a row of ${table} belongs to no lifecycle: ${row}`)
      states.get(ending)?.[table]?.push(normalised(JSON.parse(row.replaceAll(ending, ''))))
    }
  }
  for (const state of states.values()) for (const rows of Object.values(state)) sort(rows)
  return states
}

const emptyState = (): State => Object.fromEntries(Object.keys(TABLES).map((table) => [table, []]))

function endingIn(row: string, states: Map<string, State>): string | undefined {
  for (const word of row.split(/[^A-Za-z0-9]+/)) if (states.has(word.slice(-10))) return word.slice(-10)
  return undefined
}

function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return sort(value.map(normalised))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'digest')
      .map(([name, inner]) => [name, normalised(inner)]),
  )
}

const sort = (list: unknown[]): unknown[] => list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
