import { type RevealedEmail as Row, readRevealedEmail } from '@sluice/database/actions'
import type { Pool } from '@sluice/database/pool'
import type { Request, Response } from 'express'
import { refuse } from './route.ts'
import { RevealedEmail } from './schemas/reveal.ts'

/** A route that answers what a person has asked to see with a reason. */
export interface Revealing {
  /** Express path below `/api`. */
  path: string
  /** The answer, or null if this person has not asked for it. */
  read(
    reader: Pool,
    parameters: Record<string, string>,
    actor: string,
  ): Promise<((request: Request, response: Response) => void) | null>
}

/** An e-mail gets an origin of its own, runs nothing, and loads nothing: only its styles and the logo are in it. */
const SANDBOX =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

const rendering = (path: string, answer: (row: Row, response: Response) => void): Revealing => ({
  path,
  read: async (reader, { key = '' }, actor) => {
    const row = await readRevealedEmail(reader, key, actor)
    return row && ((_request, response) => answer(row, response))
  },
})

/** An e-mail as a worker rendered it again: its text, and its HTML for a frame. */
export const RENDERINGS: Revealing[] = [
  rendering('/emails/:key/rendering', (row, response) => void response.json(RevealedEmail.parse(row))),
  rendering('/emails/:key/rendering.html', ({ html }, response) => {
    if (html === null) return refuse(response, 404, { error: 'not_found' })
    response.set({ 'Content-Security-Policy': SANDBOX, 'X-Content-Type-Options': 'nosniff' }).type('html').send(html)
  }),
]
