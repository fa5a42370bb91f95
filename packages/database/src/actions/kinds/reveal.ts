import { z } from 'zod'
import { word } from './filter.ts'
import { defineKind } from './kind.ts'

/**
 * One row whose hidden columns somebody wants to see: body and headers of an event, the address of a customer or a user, the
 * recipient of an e-mail by its effect key.
 */
export const revealed = z.union(
  [
    z.strictObject({ provider: word, event: word }),
    z.strictObject({ customer: word }),
    z.strictObject({ user: word }),
    z.strictObject({ email: word }),
  ],
  'must have provider and event, or customer, or user, or email',
)

export type Revealed = z.output<typeof revealed>

/** Lets the person who asks read one row for ten minutes. The row of the action is the permission. */
export const reveal = defineKind({ kind: 'reveal', filter: revealed, needsReason: true })
