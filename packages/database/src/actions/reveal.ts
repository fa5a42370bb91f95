import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'
import type { Revealed } from './kinds/reveal.ts'

const Row = z.object({
  revealedUntil: z.date(),
  body: z.instanceof(Buffer).nullable(),
  headers: z.record(z.string(), z.unknown()).nullable(),
  address: z.string().nullable(),
})

/** Hidden columns of one row. Those that the row does not have, or that were erased, are null. */
export type RevealedRow = z.infer<typeof Row>

/**
 * Reads hidden columns of one row that this person has asked to see within the last ten minutes, by an action of kind
 * `reveal`. Postgres refuses any other way.
 *
 * @returns null if this person has not asked for it
 */
export async function readRevealed(pool: Pool, what: Revealed, actor: string): Promise<RevealedRow | null> {
  const text = `SELECT revealed_until AS "revealedUntil", body, headers, address FROM sluice_reveal($1::jsonb, $2)`
  const [row] = await queryRows(pool, Row, text, [toJsonb(what), actor])
  return row ?? null
}
