import type { PaymentFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import type { MergeRules, Traced } from '../../merges/index.ts'
import { fold, lockStored } from '../../merges/merge-rows.ts'
import { modern, type PaymentInput, type PaymentRegisters, paymentMerge } from '../../merges/payment.ts'
import { paymentIdOf, paymentReferenceMerge, type ReferenceRegisters } from '../../merges/payment-reference.ts'
import { eachOrigin } from '../../merges/stripe.ts'
import { queryRows, registers } from '../../sql/rows.ts'
import { type Changed, movedTo, paymentsOf, withCustomers } from '../derive-payments.ts'
import { nameOf } from './row-names.ts'
import { type Rewritten, rewriteRows } from './write-rows.ts'

/** The payments that may have the money of an intent or charge with these registers. */
export function paymentsNamedBy(reference: ReferenceRegisters): string[] {
  return eachOrigin(reference).flatMap((one) =>
    [paymentIdOf(one), one.bookedAs, one.session?.contents.sessionId, one.paymentId].filter(
      (id): id is string => typeof id === 'string',
    ),
  )
}

/**
 * A reference as events say it is, with what the schedule booked for lack of a claim: that came from no event, so none
 * withdraws it.
 */
export function withBooking(before: ReferenceRegisters | undefined, after: ReferenceRegisters): ReferenceRegisters {
  if (!before) return after
  const { bookedAs, matchedInvoiceId } = before
  const isClaimed = paymentIdOf(after) !== null
  return {
    ...after,
    ...(bookedAs !== undefined && { bookedAs }),
    ...(matchedInvoiceId !== undefined && !isClaimed && { invoiceId: matchedInvoiceId, matchedInvoiceId }),
  }
}

export interface PaymentRevision {
  /** The payments to be made again. */
  ids: ReadonlySet<string>
  /** The registers that events give them directly. */
  said: Traced<PaymentFact>[]
  /** Those that are merged into and not made again. */
  kept: ReadonlySet<string>
  /** The event that named a row last, by `table/key`. */
  eventOf: ReadonlyMap<string, string>
  /** The event to be named where no other is known. */
  eventId: string
}

/** Locks these payments and returns their registers. */
export const lockPayments = (client: PoolClient, ids: Iterable<string>) =>
  lockStored<PaymentRegisters>(client, paymentMerge, [...ids].sort())

const Reference = z.object({
  reference: z.string(),
  registers: registers<ReferenceRegisters>(),
  event_id: z.string(),
})

/** Makes payments again: from what events say of them, and from the intents and charges whose money they have. */
export async function revisePayments(
  client: PoolClient,
  stored: ReadonlyMap<string, PaymentRegisters>,
  { ids, said, kept, eventOf, eventId }: PaymentRevision,
  rules: MergeRules,
): Promise<Rewritten & { inputs: PaymentInput[] }> {
  const references = await referencesOf(client, ids, stored, eventOf, eventId)
  const moved = (await movedTo(client, references)).filter(({ paymentId }) => ids.has(paymentId))
  const inputs: PaymentInput[] = [
    ...(await withCustomers(client, said)),
    ...references.flatMap(paymentsOf).filter(({ paymentId }) => ids.has(paymentId)),
    ...moved,
  ]
  const superseded = new Set(moved.map(({ paymentId }) => paymentId))
  const folded = fold(paymentMerge, inputs)
  const rows = [...ids].sort().map((key) => {
    const before = stored.get(key)
    const said = folded.get(key)
    const base = kept.has(key) || superseded.has(key) ? before : undefined
    const after = base && said ? paymentMerge.join(base, said.registers as PaymentRegisters) : (said?.registers ?? base)
    const once = said?.once ?? { webhook_event_id: eventId }
    return { key, before, after: after && withoutPriceAsBefore(before, after as PaymentRegisters), once, eventId }
  })
  return { ...(await rewriteRows(client, paymentMerge, rows, rules)), inputs }
}

/** That no event names the price was found out by the schedule, and stays so until an event does. */
function withoutPriceAsBefore(before: PaymentRegisters | undefined, after: PaymentRegisters): PaymentRegisters {
  const stated = before && modern(before).stated
  const isOfSchedule = stated?.precedence === 0 && stated.money.total === 0 && stated.money.amount === 0
  return isOfSchedule && after.stated === undefined ? { ...after, stated } : after
}

async function referencesOf(
  client: PoolClient,
  ids: ReadonlySet<string>,
  stored: ReadonlyMap<string, PaymentRegisters>,
  eventOf: ReadonlyMap<string, string>,
  eventId: string,
): Promise<Changed[]> {
  const movedTo = [...stored.values()].flatMap(({ movedTo }) => movedTo ?? [])
  const rows = await queryRows(
    client,
    Reference,
    `SELECT reference, registers, coalesce(webhook_event_id, (SELECT max(e.id) FROM webhook_events e
        WHERE e.touched IS NOT NULL AND e.touched @> ARRAY['payment_references/' || reference]), $2)::text AS event_id
      FROM ${paymentReferenceMerge.table} WHERE payment_id = ANY ($1) ORDER BY reference`,
    [[...new Set([...ids, ...movedTo])], eventId],
  )
  return rows.map(({ event_id, ...row }) => ({
    ...row,
    webhookEventId: eventOf.get(nameOf(paymentReferenceMerge.table, row.reference)) ?? event_id,
  }))
}
