import type { LedgerEntryFact } from '@sluice/events'
import { z } from 'zod'
import type { Traced } from '../merges/merge-rows.ts'

export type TracedEntry = Traced<LedgerEntryFact>

/** A line that is booked under a key, or that corrects it. */
export const Booked = z.object({
  entry_key: z.string(),
  corrects: z.string().nullable(),
  payment_id: z.string(),
  currency: z.string(),
  account: z.string(),
  /** Positive for a debit, negative for a credit. */
  amount: z.coerce.number(),
})

export type Booked = z.infer<typeof Booked>

/** An entry that is to be inserted, and the key of the entry that it corrects. */
export type NewEntry = TracedEntry & { corrects: string | null }
