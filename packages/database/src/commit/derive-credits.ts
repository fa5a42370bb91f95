import type { CreditTerms, Fact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { type ChangedCredits, deriveCreditsOfPayments } from '../credits/derive-payments.ts'
import { settleReservations } from '../credits/settle-reservations.ts'
import type { TracedEntry } from '../ledger/entries.ts'
import { type CheckoutRegisters, checkoutSessionMerge, intentOf } from '../merges/checkout-session.ts'
import { type AnyMerge, type Merged, type MergeRules, mergeOf, type Traced } from '../merges/index.ts'
import { invoiceMerge } from '../merges/invoice.ts'
import { paymentMerge } from '../merges/payment.ts'
import { paymentIdOf, paymentReferenceMerge, type ReferenceRegisters } from '../merges/payment-reference.ts'
import { predictionMerge } from '../merges/prediction.ts'
import { creditTimeline, type DatedOffer, priceMerge } from '../merges/price.ts'
import { isSameJson } from '../merges/same-json.ts'
import type { TracedEffect } from '../outbox/write-outbox.ts'
import { noteChanges } from './derive-features.ts'
import type { Derived } from './derive-users.ts'
import { staleUsers } from './stale-caches.ts'

type AllMerged = ReadonlyMap<AnyMerge, Merged>

/** Whether the facts of a batch name credits, perhaps the first ones of all. */
export const nameCredits = (facts: Fact[]): boolean =>
  facts.some((fact) => {
    if (fact.kind === 'invoice') return fact.contents.lines.some(isOffer)
    if (fact.kind === 'price') return fact.creditOffer !== undefined
    if (fact.kind === 'paymentReference') return isOffer(fact)
    if (fact.kind === 'checkoutLines') return fact.lines.some(isOffer)
    return fact.kind === 'checkoutSession' && isOffer(fact.contents.details ?? {})
  })

const isOffer = ({ creditTerms }: { creditTerms?: CreditTerms }): boolean => creditTerms !== undefined

/** The prices whose credits changed. */
function pricesIn(merged: AllMerged): string[] {
  const prices = merged.get(priceMerge)
  return [...(prices?.registers ?? [])].flatMap(([id, registers]) =>
    isSameJson(timelineOf(registers), timelineOf(prices?.before.get(id))) ? [] : id,
  )
}

const timelineOf = (registers: object | undefined) =>
  creditTimeline((registers as { creditTerms?: DatedOffer[] } | undefined)?.creditTerms ?? [])

/** The payments of a batch whose credits may have changed, whether or not it has merged their rows. */
export function creditedPayments(merged: AllMerged, entries: TracedEntry[]): string[] {
  const changed = [paymentMerge, invoiceMerge, checkoutSessionMerge].flatMap((merge) => [
    ...(merged.get(merge)?.changed ?? []),
  ])
  const sessions = merged.get(checkoutSessionMerge)
  const intents = [...(sessions?.changed ?? [])].flatMap(
    (id) => intentOf(sessions?.registers.get(id) as CheckoutRegisters) ?? [],
  )
  const references = [...(merged.get(paymentReferenceMerge)?.registers.values() ?? [])]
  const referred = references.flatMap((registers) => paymentIdOf(registers as ReferenceRegisters) ?? [])
  return [...changed, ...intents, ...referred, ...entries.map(({ paymentId }) => paymentId)]
}

interface Batch {
  facts: Traced<Fact>[]
  merged: AllMerged
  entries: TracedEntry[]
  users: Derived
}

/**
 * Derives the credits of the payments and generations that a batch concerns. A price whose credits changed concerns the
 * payments of before as well: `followCatalogue` finds them.
 */
export async function deriveCredits(client: PoolClient, batch: Batch): Promise<ChangedCredits[]> {
  const { facts, merged, entries, users } = batch
  const eventOf = new Map<string, string>()
  for (const fact of facts) eventOf.set(mergeOf(fact).keyOf(fact), fact.webhookEventId)
  for (const { paymentId, webhookEventId } of entries) eventOf.set(paymentId, webhookEventId)
  const ofEvent = (key: string | null) => eventOf.get(key ?? '') ?? facts[0]?.webhookEventId ?? null

  const payments = [...creditedPayments(merged, entries), ...users.movedPayments]
  const ofPayments = await deriveCreditsOfPayments(client, payments, ofEvent)
  const predictions = [...(merged.get(predictionMerge)?.changed ?? [])]
  const ofJobs = await settleReservations(client, 'prediction_id', predictions, ofEvent)
  await noteChanges(client, 'price', pricesIn(merged), ['0 s', '1 min'])
  return [...ofPayments, ...ofJobs]
}

/** Deletes the host's cached entitlements of users whose credits changed, and tells the host. */
export const creditEffects = <Row extends { id: string; event_id: string }>(
  decided: { row: Row }[],
  changed: ChangedCredits[],
  notice: (row: Row) => Pick<MergeRules, 'notifiesHost'>,
): TracedEffect[] =>
  decided.flatMap(({ row }) => {
    const users = changed.flatMap(({ userId, webhookEventId }) => (webhookEventId === row.id ? userId : []))
    return staleUsers(users, row.event_id, notice(row)).map((effect) => ({ webhookEventId: row.id, ...effect }))
  })
