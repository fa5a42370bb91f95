import { listDeadLetterGroups, listDeadLetterMembers } from '@sluice/database/inspect'
import { z } from 'zod'
import { cursor, limit, PAGE_MAX } from './query.ts'
import { route } from './route.ts'
import { DeadLetterGroups, DeadLetterMembers } from './schemas/dead-letters.ts'

/** Open dead letters by cause; of more causes than a page has, the newest. */
export const deadLetters = route({
  path: '/dead-letters',
  query: z.object({}),
  answer: DeadLetterGroups,
  read: async (reader) => {
    const groups = await listDeadLetterGroups(reader, PAGE_MAX)
    return { items: groups.map((group) => ({ ...group, state: 'open' as const })), next: null }
  },
})

/** The open dead letters with one cause. */
export const deadLetterMembers = route({
  path: '/dead-letters/:fingerprint',
  query: z.object({ fingerprint: z.string().max(255), cursor, limit }),
  answer: DeadLetterMembers,
  read: async (reader, { fingerprint, cursor, limit }) => {
    const rows = await listDeadLetterMembers(reader, { fingerprint, before: cursor, limit: limit + 1 })
    const items = rows.slice(0, limit)
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  },
})
