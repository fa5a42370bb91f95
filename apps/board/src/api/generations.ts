import { listGenerations } from '@sluice/database/inspect'
import { z } from 'zod'
import { limit, word } from './query.ts'
import { route } from './route.ts'
import { Generations } from './schemas/generations.ts'

/** When the last row of a page was seen first, in milliseconds, and its id. */
const cursor = z
  .string()
  .regex(/^(\d{1,15}\..{1,255})?$/s, 'must be the `next` of a page')
  .optional()
  .transform((text) => {
    if (!text) return undefined
    const dot = text.indexOf('.')
    return { seenAt: new Date(Number(text.slice(0, dot))), id: text.slice(dot + 1) }
  })

/** Predictions of the host, newest first. */
export const generations = route({
  path: '/generations',
  query: z.object({ user: word, status: word, prediction: word, cursor, limit }),
  answer: Generations,
  read: async (reader, { cursor, limit, ...filter }) => {
    const rows = await listGenerations(reader, filter, { before: cursor, limit: limit + 1 })
    const items = rows.slice(0, limit)
    const last = items.at(-1)
    return { items, next: rows.length > limit && last ? `${last.seenAt.getTime()}.${last.id}` : null }
  },
})
