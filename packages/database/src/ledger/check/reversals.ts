import type { LedgerEntryFact } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../../client.ts'
import { queryRows } from '../../sql/rows.ts'
import { CREDIT_NOTES, CreditNoteRow, entriesOfCreditNote } from '../credit-notes.ts'
import { entriesOf, Reversal, reversals } from '../reversals.ts'
import { checkBooked } from './booked.ts'
import type { Checked, UnknownPayment } from './finding.ts'

/** Checks that every refund and dispute whose payment is known is booked. */
export async function checkReversals(pool: Pool, keys: string[]): Promise<Checked> {
  const rows = await queryRows(pool, Reversal, reversals(), [keys])
  const wanted = rows.filter(({ id }) => keys.includes(id)).map((row) => ({ id: row.id, entries: entriesOf(row) }))
  const withoutLink = await queryRows(pool, Unlinked, UNLINKED, [keys])
  const checked = await checkEntriesOf(pool, wanted)
  const unlinked = withoutLink.map(({ id }) => ({ key: id, paymentId: null }))
  return { findings: checked.findings, unknown: [...checked.unknown, ...unlinked] }
}

const Unlinked = z.object({ id: z.string() })

/** Refunds and disputes that no reference links to a payment. */
const UNLINKED = `SELECT id FROM (
    SELECT stripe_refund_id AS id, charge_id, payment_intent_id FROM refunds WHERE stripe_refund_id = ANY ($1)
    UNION ALL SELECT stripe_dispute_id, charge_id, payment_intent_id FROM disputes WHERE stripe_dispute_id = ANY ($1)
  ) AS reversal
  WHERE NOT EXISTS (SELECT FROM payment_references r
    WHERE r.reference IN (charge_id, payment_intent_id) AND r.payment_id IS NOT NULL)
  ORDER BY 1`

/** Checks that what a credit note gives back outside Stripe is booked. */
export async function checkCreditNotes(pool: Pool, keys: string[]): Promise<Checked> {
  const rows = await queryRows(pool, CreditNoteRow, CREDIT_NOTES, [keys])
  return checkEntriesOf(
    pool,
    rows.map((row) => ({ id: row.id, entries: entriesOfCreditNote(row) })),
  )
}

interface Wanted {
  id: string
  entries: LedgerEntryFact[]
}

async function checkEntriesOf(pool: Pool, wanted: Wanted[]): Promise<Checked> {
  const entries = new Map(wanted.flatMap((one) => one.entries).map((entry) => [entry.entryKey, entry]))
  return {
    findings: await checkBooked(pool, [...entries.values()]),
    unknown: await unknownOf(pool, wanted),
  }
}

async function unknownOf(pool: Pool, wanted: Wanted[]): Promise<UnknownPayment[]> {
  const paymentOf = new Map(wanted.flatMap(({ id, entries }) => entries.map(({ paymentId }) => [id, paymentId])))
  const known = await prismaOf(pool).payment.findMany({
    where: { paymentId: { in: [...new Set(paymentOf.values())] }, status: 'succeeded' },
    select: { paymentId: true },
  })
  const ids = new Set(known.map(({ paymentId }) => paymentId))
  return [...paymentOf].flatMap(([key, paymentId]) => (ids.has(paymentId) ? [] : [{ key, paymentId }]))
}
