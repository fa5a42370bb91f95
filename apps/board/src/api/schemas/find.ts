import { z } from 'zod'

/** The things that a text leads to. */
export const Found = z.object({
  /** `event, user, customer, subscription, invoice, payment, generation, dead letters`, … */
  kind: z.string(),
  id: z.string(),
  /** Its status and the ids of related rows, by name: `{ status: 'active', customer: 'cus_1', payment: ['in_1'] }`. */
  related: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
  /** Page of the console that shows it, or the nearest thing that has one; null if there is none. */
  link: z.string().nullable(),
})

export type Found = z.output<typeof Found>

/** `GET /api/find`. */
export const FindAnswer = z.object({
  items: z.array(Found),
  next: z.null(),
  /** Whether the whole text is the key of each item; otherwise it is a part of it. */
  exact: z.boolean(),
})

export type FindAnswer = z.output<typeof FindAnswer>
