import { type GenerationRow, lastWalked, listGenerations } from '@sluice/database/inspect'
import { z } from 'zod'
import type { Person } from '../sign-in/people.ts'
import { textFor } from './masks.ts'
import { date, limit, word } from './query.ts'
import { route } from './route.ts'
import { Generations } from './schemas/generations.ts'

/** Replicate deletes outputs an hour after the end: https://replicate.com/docs/topics/predictions/data-retention */
const OUTPUT_KEPT_MS = 3_600_000

/** When the last row of a page was seen first, in milliseconds, and its id. */
const cursor = z
  .string()
  .regex(/^(\d{1,15}\..{1,255})?$/s, 'must be the `next` of a page')
  .refine((text) => !text.includes('\0'), 'must be the `next` of a page')
  .optional()
  .transform((text) => {
    if (!text) return undefined
    const dot = text.indexOf('.')
    return { seenAt: new Date(Number(text.slice(0, dot))), id: text.slice(dot + 1) }
  })

/** Predictions of the host, newest first. With a status, a page may hold few or none, and the next one goes on. */
export const generations = route({
  path: '/generations',
  query: z.object({ user: word, status: word, prediction: word, since: date, until: date, cursor, limit }),
  answer: Generations,
  read: async (reader, { cursor, limit, ...filter }, person) => {
    const rows = await listGenerations(reader, filter, { before: cursor, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : await lastWalked(reader, filter, cursor)
    return {
      items: shown.map((row) => generationFor(person, row)),
      next: last ? `${last.seenAt.getTime()}.${last.id}` : null,
    }
  },
})

/** A prediction as this person may see it: its error may quote the prompt. */
export function generationFor(person: Person, { error, files, ...row }: GenerationRow) {
  const { completedAt } = row
  const deletedAt = completedAt && new Date(completedAt.getTime() + OUTPUT_KEPT_MS)
  return {
    ...row,
    error: error && textFor(person, error),
    files: files.map((file) => ({
      ...file,
      deletedAt: file.status === 'pending' || file.status === 'failed' ? deletedAt : null,
    })),
  }
}
