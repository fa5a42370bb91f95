import { DELIVERY_OUTCOMES, lastDeliveryWalked, listDeliveries, readRefusals } from '@sluice/database/inspect'
import { z } from 'zod'
import { cursor, limit, range, sinceOf, word } from './query.ts'
import { hintFor } from './refusal-hints.ts'
import { route } from './route.ts'
import { Deliveries, Refusals } from './schemas/deliveries.ts'

/**
 * Requests that repeated an event, or that were refused, newest first. With a provider, a page may hold few or none, and the
 * next one goes on.
 */
export const deliveries = route({
  path: '/deliveries',
  query: z.object({
    outcome: z.enum(DELIVERY_OUTCOMES).default('duplicate'),
    provider: word,
    reason: word,
    cursor,
    limit,
  }),
  answer: Deliveries,
  read: async (reader, { cursor, limit, ...filter }) => {
    const rows = await listDeliveries(reader, filter, { before: cursor, limit: limit + 1 })
    const items = rows.slice(0, limit)
    const next = rows.length > limit ? (items.at(-1)?.id ?? null) : await lastDeliveryWalked(reader, filter, cursor)
    return { items, next }
  },
})

/** Refused requests by provider and reason, with what to do. */
export const refusals = route({
  path: '/refusals',
  query: z.object({ range }),
  answer: Refusals,
  read: async (reader, { range }) => {
    const found = await readRefusals(reader, sinceOf(range))
    return { items: found.map((one) => ({ ...one, hint: hintFor(one.reason) })), next: null }
  },
})
