import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { LOOKUPS, type Lookup } from './lookups.ts'

export { eventsAbout } from './events-about.ts'
export { countPayersWithoutUser, type Payer, payersWithoutUser } from './payers.ts'

/** A row that a text leads to. */
export interface FoundRow {
  /** The kind of the row: `customer`, `invoice`, … */
  kind: string
  id: string
  /** Its status and the ids of related rows, by name. Empty ones are left out. */
  related: Record<string, string | number | string[]>
}

const Row = z.looseObject({ id: z.string() })

/**
 * Finds everything whose key is this text: an id of a provider, the host or ours, an e-mail address in any case, an
 * effect key, the number of a document. Exact keys only, each looked up by its index.
 *
 * @param providers their names
 */
export async function find(pool: Pool, text: string, providers: readonly string[]): Promise<FoundRow[]> {
  const found = new Map<string, FoundRow>()
  for (const lookup of LOOKUPS) {
    if (lookup.form && !lookup.form.test(text)) continue
    for (const row of await queryRows(pool, Row, lookup.text, valuesOf(lookup, text, providers))) {
      const { id, ...related } = row
      if (!found.has(`${lookup.kind} ${id}`))
        found.set(`${lookup.kind} ${id}`, { kind: lookup.kind, id, related: present(related) })
    }
  }
  return [...found.values()]
}

export const valuesOf = ({ text: sql }: Lookup, text: string, providers: readonly string[]): unknown[] =>
  sql.includes('$2') ? [text, providers] : [text]

function present(related: Record<string, unknown>): FoundRow['related'] {
  const entries = Object.entries(related).filter(([, value]) => value !== null && value !== '' && !isEmpty(value))
  return Object.fromEntries(entries) as FoundRow['related']
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0
