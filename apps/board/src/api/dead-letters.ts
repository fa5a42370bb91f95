import { type DeadLetterGroupRow, listDeadLetterGroups, listDeadLetterMembers } from '@sluice/database/inspect'
import { z } from 'zod'
import type { Person } from '../sign-in/people.ts'
import { textFor } from './masks.ts'
import { cursor, limit } from './query.ts'
import { route } from './route.ts'
import { DeadLetterGroups, DeadLetterMembers } from './schemas/dead-letters.ts'

/** When the last dead letter of the last group failed, in milliseconds, and its fingerprint. */
const groupCursor = z
  .string()
  .regex(/^(\d{1,15}\.\w{1,64})?$/, 'must be the `next` of a page')
  .optional()
  .transform((text) => {
    const [last, fingerprint] = text?.split('.') ?? []
    return last && fingerprint ? { last: new Date(Number(last)), fingerprint } : undefined
  })

/** Dead letters by cause, the newest first. */
export const deadLetters = route({
  path: '/dead-letters',
  query: z.object({
    state: z
      .enum(['', 'open', 'ignored', 'resolved'])
      .optional()
      .transform((state) => state || undefined),
    cursor: groupCursor,
    limit,
  }),
  answer: DeadLetterGroups,
  read: async (reader, { state, cursor, limit }, person) => {
    const groups = await listDeadLetterGroups(reader, { state }, { limit: limit + 1, before: cursor })
    const items = groups.slice(0, limit)
    const last = items.at(-1)
    const next = groups.length > limit && last ? `${last.last.getTime()}.${last.fingerprint}` : null
    return { items: items.map((group) => shown(person, group)), next }
  },
})

/** The open dead letters with one cause. */
export const deadLetterMembers = route({
  path: '/dead-letters/:fingerprint',
  query: z.object({ fingerprint: z.string().max(255), cursor, limit }),
  answer: DeadLetterMembers,
  read: async (reader, { fingerprint, cursor, limit }, person) => {
    const [group] = await listDeadLetterGroups(reader, { fingerprint }, { limit: 1 })
    const rows = await listDeadLetterMembers(reader, { fingerprint, before: cursor, limit: limit + 1 })
    const items = rows.slice(0, limit)
    const next = rows.length > limit ? (items.at(-1)?.id ?? null) : null
    return { items, next, group: group ? shown(person, group) : null }
  },
})

const shown = (person: Person, group: DeadLetterGroupRow) => ({
  ...group,
  regressed: group.regressedAt !== null,
  note: group.note && textFor(person, group.note),
})
