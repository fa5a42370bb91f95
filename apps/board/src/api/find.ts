import { type FoundRow, find as findExact } from '@sluice/database/find'
import { findParts } from '@sluice/database/inspect'
import { providers } from '@sluice/providers'
import { z } from 'zod'
import { route } from './route.ts'
import { FindAnswer } from './schemas/find.ts'

const LETTERS_MIN = 3

const NAMES = providers.map(({ name }) => name)

/** The things that an id, an address or a key leads to; for another text, those with it in their id. */
export const find = route({
  path: '/find',
  query: z.object({
    q: z
      .string()
      .trim()
      .min(LETTERS_MIN, `must have ${LETTERS_MIN} letters or more`)
      .max(255)
      .refine((text) => !text.includes('\0'), 'must not contain NUL'),
  }),
  answer: FindAnswer,
  read: async (reader, { q }) => {
    const exact = await findExact(reader, q, NAMES)
    // An address is found only as a whole.
    const rows = exact.length > 0 || q.includes('@') ? exact : await findParts(reader, q)
    return {
      items: rows.map((row) => ({ ...row, link: linkOf(row) })),
      next: null,
      exact: exact.length > 0,
    }
  },
})

const text = (value: FoundRow['related'][string] | undefined): string | undefined =>
  value === undefined ? undefined : String([value].flat()[0])

/** Their payment says whether it was paid, and what went back of it. */
const ABOUT_MONEY = ['invoice', 'charge or intent', 'refund', 'dispute', 'fraud warning']

/** The page that shows it, or the nearest thing that has one. */
function linkOf({ kind, id, related }: FoundRow): string | null {
  const path = (prefix: string, name: string | undefined) => (name ? `${prefix}${encodeURIComponent(name)}` : null)
  if (kind === 'event') return path(`/e/${encodeURIComponent(text(related['provider']) ?? 'stripe')}/`, id)
  if (kind === 'user') return path('/u/', id)
  if (kind === 'customer') return path('/c/', id)
  if (kind === 'generation') return path('/p/', text(related['prediction'])) ?? path('/events?q=', id)
  if (kind === 'dead letters') return path('/d/', id)
  if (kind === 'payment') return path('/payments/', id)
  const event = text(related['event'])
  const payment = ABOUT_MONEY.includes(kind) ? text(related['payment']) : undefined
  return (
    path('/payments/', payment) ??
    path('/c/', text(related['customer'])) ??
    path('/u/', text(related['user'])) ??
    path('/events?q=', event) ??
    path('/events?q=', id)
  )
}
