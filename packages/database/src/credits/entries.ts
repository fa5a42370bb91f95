import { z } from 'zod'

export type CreditAccount = 'granted' | 'available' | 'reserved' | 'spent' | 'revoked'

/** Credits that go from one account to another. */
export interface CreditEntry {
  entryKey: string
  /** The key of the grant or reservation whose credits it moves. */
  about: string
  userId: string
  from: CreditAccount
  to: CreditAccount
  /** More than 0. */
  amount: number
  /** When the credits were granted or reserved, and when a grant expires. ISO 8601. */
  startsAt: string
  expiresAt: string | null
  paymentId: string | null
  generationJobId: string | null
}

const iso = z.date().transform((time) => time.toISOString())

/** A line that is booked under a key, or that corrects it. */
export const BookedCredit = z.object({
  entry_key: z.string(),
  corrects: z.string().nullable(),
  about: z.string(),
  user_id: z.string(),
  account: z.enum(['granted', 'available', 'reserved', 'spent', 'revoked']),
  /** Positive for a debit, negative for a credit. */
  amount: z.coerce.number(),
  starts_at: iso,
  expires_at: iso.nullable(),
  payment_id: z.string().nullable(),
  generation_job_id: z.string().nullable(),
  webhook_event_id: z.string().nullable(),
})

export type BookedCredit = z.infer<typeof BookedCredit>

/** The columns of `BookedCredit`, as SQL. */
export const BOOKED_CREDIT = `entry_key, corrects, about, user_id, account,
  (CASE direction WHEN 'debit' THEN amount ELSE -amount END)::text AS amount, starts_at, expires_at, payment_id,
  generation_job_id, webhook_event_id`

/** The key that a line is booked under, or corrects. */
export const baseKeyOf = ({ corrects, entry_key }: BookedCredit): string => corrects ?? entry_key
