import type { PoolClient } from 'pg'
import { lockStored } from '../merges/merge-rows.ts'
import { paymentMerge } from '../merges/payment.ts'
import { creditCorrections } from './corrections.ts'
import { bookedOfPayments, wantedOfPayments } from './wanted-of-payments.ts'
import { writeCredits } from './write-entries.ts'

/** A user whose credits changed, with the event that caused it. */
export interface ChangedCredits {
  userId: string
  webhookEventId: string | null
}

/** Locks payments before users are locked, as every transaction does. */
export const lockPayments = (client: PoolClient, paymentIds: Iterable<string>) =>
  lockStored(client, paymentMerge, [...new Set(paymentIds)].sort())

/**
 * Makes the credits of these payments what follows from them: from what they paid for, from their users, and from what
 * went back of them. They may be payments that are gone.
 *
 * @param eventOf the event that concerns a payment
 */
export async function deriveCreditsOfPayments(
  client: PoolClient,
  paymentIds: Iterable<string>,
  eventOf: (paymentId: string) => string | null,
): Promise<ChangedCredits[]> {
  const ids = [...new Set(paymentIds)].sort()
  if (ids.length === 0) return []
  await lockPayments(client, ids)
  const [wanted, booked] = [await wantedOfPayments(client, ids), await bookedOfPayments(client, ids)]
  const entries = creditCorrections(wanted, booked).map((entry) => ({
    ...entry,
    webhookEventId: eventOf(entry.paymentId ?? ''),
  }))
  await writeCredits(client, entries)
  return entries.map(({ userId, webhookEventId }) => ({ userId, webhookEventId }))
}
