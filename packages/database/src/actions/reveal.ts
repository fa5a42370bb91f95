import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'
import type { Revealed } from './kinds/reveal.ts'
import { ACTION_STATES } from './read.ts'

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

const Email = z.object({
  revealedUntil: z.date(),
  state: z.enum(ACTION_STATES),
  problem: z.string().nullable(),
  subject: z.string().nullable(),
  text: z.string().nullable(),
  html: z.string().nullable(),
})

/** An e-mail that a worker rendered; `problem` says why it could not. All are null while the action waits. */
export type RevealedEmail = z.infer<typeof Email>

/**
 * Reads an e-mail that a worker rendered for this person's action of kind `reveal`, likewise.
 *
 * @returns null if this person has not asked for it
 */
export async function readRevealedEmail(pool: Pool, effectKey: string, actor: string): Promise<RevealedEmail | null> {
  const text = `SELECT revealed_until AS "revealedUntil", state, problem, subject, plain AS text, html
    FROM sluice_revealed_email($1, $2)`
  const [row] = await queryRows(pool, Email, text, [effectKey, actor])
  return row ?? null
}
