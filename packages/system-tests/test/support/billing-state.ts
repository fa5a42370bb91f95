import { COMPARABLE, comparableRows } from '@sluice/database/comparable-rows'
import type { Pool } from 'pg'

/** Rows that events make or change, by table. */
export type State = Record<string, unknown[]>

/** Lifecycles of billing have no generations, and a state does not name the events that led to it. */
const TABLES = COMPARABLE.filter(
  (table) => !['webhook_events', 'generation_jobs', 'renders', 'variants'].includes(table),
)

/** Times differ between two runs, but not which effects are due later. A few wait some seconds for other events. */
const EFFECTS = `SELECT jsonb_build_object('key', effect_key, 'kind', kind, 'payload', payload, 'notBefore',
    CASE WHEN available_at < now() - interval '1 day' OR available_at > now() + interval '1 min' THEN available_at END)::text AS row
  FROM outbox_messages WHERE kind NOT IN ('features.invalidate', 'generation.completed')`

async function rowsOf(pool: Pool, table: string): Promise<string[]> {
  if (table !== 'outbox_messages') return comparableRows(pool, table)
  const { rows } = await pool.query<{ row: string }>(EFFECTS)
  return rows.map(({ row }) => row)
}

/**
 * The state that each lifecycle ended in, by the ending of its ids, in a form that is the same text for the same state:
 * the ending is left out, and so is what follows from it, digests and the order of lists that are sorted by them.
 */
export async function statesOf(pool: Pool, lifecycles: Array<{ ending: string }>): Promise<Map<string, State>> {
  const states = new Map<string, State>(lifecycles.map(({ ending }) => [ending, emptyState()]))
  for (const table of TABLES) {
    for (const row of await rowsOf(pool, table)) {
      const ending = endingIn(row, states)
      if (ending === undefined) throw new Error(`a row of ${table} belongs to no lifecycle: ${row}`)
      states.get(ending)?.[table]?.push(normalised(JSON.parse(row.replaceAll(ending, ''))))
    }
  }
  for (const state of states.values()) for (const rows of Object.values(state)) sort(rows)
  return states
}

const emptyState = (): State => Object.fromEntries(TABLES.map((table) => [table, []]))

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
