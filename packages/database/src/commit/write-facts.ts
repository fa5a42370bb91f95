import {
  type Decision,
  type Effect,
  type Fact,
  hasPredictionEnded,
  type PaymentFact,
  type ProductFact,
} from '@sluice/events'
import type { PoolClient } from 'pg'
import { lockPayments } from '../credits/derive-payments.ts'
import { deriveCreditNotes } from '../ledger/credit-notes.ts'
import { deriveReversals } from '../ledger/derive-reversals.ts'
import { entriesOfPayments } from '../ledger/payments.ts'
import { writeLedger } from '../ledger/write-entries.ts'
import { customerMerge } from '../merges/customer.ts'
import { entitlementSummaryMerge } from '../merges/entitlement-summary.ts'
import {
  type AnyMerge,
  MERGES,
  type Merged,
  type MergeRules,
  mergeOf,
  mergeRows,
  type Traced,
} from '../merges/index.ts'
import { type PaymentInput, paymentMerge } from '../merges/payment.ts'
import { paymentReferenceMerge } from '../merges/payment-reference.ts'
import { predictionMerge } from '../merges/prediction.ts'
import { productMerge } from '../merges/product.ts'
import { isContested } from '../merges/stripe.ts'
import { subscriptionMerge } from '../merges/subscription.ts'
import { type DueEffect, type TracedEffect, writeOutbox } from '../outbox/write-outbox.ts'
import { creditEffects, creditedPayments, deriveCredits, nameCredits } from './derive-credits.ts'
import { repeatLater } from './derive-features.ts'
import { deriveGenerations, generationEffects } from './derive-generations.ts'
import { derivePayments, receiptsOf } from './derive-payments.ts'
import { noteRoles } from './derive-roles.ts'
import { deriveUsers } from './derive-users.ts'
import { eventsOfRoles } from './events-of-roles.ts'
import { hostMessages, type Notified, paymentMessages, type Results } from './host-messages.ts'
import { inStage, type Stage } from './locks/stages.ts'
import type { PaymentCounts } from './outcome.ts'
import { customerOf, staleUsers, usersChangedBy } from './stale-caches.ts'
import { withoutForgotten } from './without-forgotten.ts'

interface Decided {
  row: { id: string; event_id: string; silent: boolean }
  facts: Fact[]
  decision: Decision
}

type InStage = <T>(name: Stage, work: () => Promise<T>) => Promise<T>

/** Parts of the product that cost nothing until somebody uses them. */
export interface InUse {
  /** Whether any product names features. */
  features: boolean
  /** Whether anything names or holds credits. */
  credits: boolean
}

const ALL: InUse = { features: true, credits: true }

/** The results of a batch, by the id of the event's row in the inbox. */
export interface Written {
  /** Effects that the event added and that are due now or in a moment. */
  effectsOf: Map<string, DueEffect[]>
  /** Events about a prediction whose job the host has not inserted yet. */
  withoutJob: Set<string>
  /** Events that were the first to report a final status that contradicts the recorded one. */
  contradicting: Set<string>
  /** Payments that no earlier event had reported, counted by status. */
  paymentsOf: Map<string, PaymentCounts>
}

/**
 * Merges the facts of a batch, then writes what follows from the merged rows: ledger, generations, users, effects.
 *
 * @throws {LockedStageError} if another session holds a lock that it needs
 */
export async function writeFacts(
  client: PoolClient,
  decided: Decided[],
  rules: MergeRules,
  inUse = ALL,
): Promise<Written> {
  const facts = decided.flatMap(({ row, facts }) => facts.map((fact) => ({ webhookEventId: row.id, ...fact })))
  const stage = <T>(name: Stage, work: () => Promise<T>) => inStage(name, decided, work)
  const { merged, payments } = await mergeFacts(client, facts, rules, stage)

  const hasCredits = inUse.credits || nameCredits(facts)
  const entries = await stage('ledger', async () => {
    const reversals = await deriveReversals(client, pick(facts, 'paymentReference', 'refund', 'dispute'))
    const creditNotes = await deriveCreditNotes(client, pick(facts, 'creditNote'))
    const entries = [...entriesOfPayments(payments, merged.get(paymentMerge)), ...reversals, ...creditNotes]
    await writeLedger(client, entries)
    if (hasCredits) await lockPayments(client, creditedPayments(merged, entries))
    return entries
  })
  const predictions = pick(facts, 'prediction')
  const generations = await stage('generations', () => deriveGenerations(client, predictions))
  const touched = {
    customerIds: [...new Set([...facts, ...payments].map(customerOf).filter((id) => id !== null))],
    paymentIds: payments.map(({ paymentId }) => paymentId),
    contested: contestedIn(merged),
    ...entitledBy(pick(facts, 'product'), merged, inUse),
  }
  const users = await stage('users', () => deriveUsers(client, touched))
  const eventOf = eventsOfRoles(facts, users, merged.get(subscriptionMerge))
  noteRoles(client, users.roles, (user) => ({ eventId: eventOf.get(user) ?? null }))
  await repeatLater(client, touched.productIds ?? [])

  const credits = hasCredits
    ? await stage('credits', () => deriveCredits(client, { facts, merged, entries, users }))
    : []

  const jobs = merged.get(predictionMerge)
  const withoutJob = eventsOf(predictions.filter(({ predictionId }) => jobs?.missing.has(predictionId)))
  const effects: TracedEffect[] = []
  const notice = ({ silent }: Decided['row']) => ({ notifiesHost: rules.notifiesHost === true && !silent })
  for (const { row, facts, decision } of decided) {
    if (withoutJob.has(row.id) || decision.outcome !== 'processed') continue
    const event = { eventId: row.event_id, facts: withoutForgotten(facts) }
    const derived = derivedEffects(event, { merged, users, generations }, notice(row))
    for (const effect of [...decision.effects, ...derived]) effects.push({ webhookEventId: row.id, ...effect })
  }
  effects.push(...creditEffects(decided, credits, notice))
  effects.push(...receiptsOf(payments, merged.get(paymentMerge)))
  const silent = new Set(decided.flatMap(({ row }) => (row.silent ? row.id : [])))
  if (rules.notifiesHost) effects.push(...paymentMessages(payments, merged.get(paymentMerge), silent))
  const contradicting = predictions.filter(
    ({ predictionId, status }) =>
      hasPredictionEnded(status) &&
      jobs?.changed.has(predictionId) &&
      generations.get(predictionId)?.isContradicted === true,
  )
  return {
    effectsOf: await stage('outbox', () => writeOutbox(client, effects, silent)),
    withoutJob,
    contradicting: eventsOf(contradicting),
    paymentsOf: countPayments(payments, merged.get(paymentMerge)?.inserted),
  }
}

/** Effects that follow from the rows that an event has changed. */
function derivedEffects(event: Notified, results: Results, notice: { notifiesHost: boolean }): Effect[] {
  const { eventId, facts } = event
  const { merged, users, generations } = results
  return [
    ...staleUsers(usersChangedBy(facts, merged, users), eventId, notice),
    ...generationEffects(facts, generations),
    ...(notice.notifiesHost ? hostMessages(event, results) : []),
  ]
}

/** Merges table by table in the order of `MERGES`, so that all transactions lock rows in the same order. */
async function mergeFacts(client: PoolClient, facts: Traced<Fact>[], rules: MergeRules, stage: InStage) {
  const factsOf = new Map<AnyMerge, Traced<Fact>[]>()
  for (const fact of facts) {
    const merge = mergeOf(fact)
    const others = factsOf.get(merge)
    if (others) others.push(fact)
    else factsOf.set(merge, [fact])
  }
  const merged = new Map<AnyMerge, Merged>()
  let payments: PaymentInput[] = []
  for (const merge of MERGES) {
    if (merge === paymentMerge) {
      payments = await stage('payments', () => derivePayments(client, facts, merged.get(paymentReferenceMerge)))
      factsOf.set(merge, payments)
    }
    const some = factsOf.get(merge)
    if (some) merged.set(merge, await stage(merge.table, () => mergeRows(client, merge, some, rules)))
  }
  return { merged, payments }
}

const contestedIn = (merged: ReadonlyMap<AnyMerge, Merged>) => ({
  customers: [customerMerge, entitlementSummaryMerge].flatMap((merge) => contestedKeys(merged.get(merge))),
  subscriptions: contestedKeys(merged.get(subscriptionMerge)),
})

/** The subscriptions and products of a batch whose features may have changed. */
function entitledBy(products: ProductFact[], merged: ReadonlyMap<AnyMerge, Merged>, { features }: InUse) {
  if (!features && products.every(({ contents }) => contents.metadata['features'] === undefined)) return {}
  return {
    subscriptionIds: [...(merged.get(subscriptionMerge)?.changed ?? [])],
    productIds: [...(merged.get(productMerge)?.changed ?? [])],
  }
}

const contestedKeys = (some: Merged | undefined): string[] =>
  [...(some?.registers ?? [])].flatMap(([key, registers]) => (isContested(registers) ? [key] : []))

const pick = <Kind extends Fact['kind']>(facts: Traced<Fact>[], ...kinds: Kind[]) =>
  facts.filter((fact): fact is Traced<Extract<Fact, { kind: Kind }>> => kinds.includes(fact.kind as Kind))

const eventsOf = (facts: Traced<Fact>[]): Set<string> => new Set(facts.map(({ webhookEventId }) => webhookEventId))

/** Counts each inserted payment for the first event of the batch that reported it. */
export function countPayments(facts: Traced<PaymentFact>[], inserted: Iterable<string> = []) {
  const counts = new Map<string, PaymentCounts>()
  const uncounted = new Set(inserted)
  for (const { paymentId, webhookEventId, status } of facts) {
    if (!uncounted.delete(paymentId)) continue
    const count = counts.get(webhookEventId) ?? { succeeded: 0, failed: 0 }
    count[status] += 1
    counts.set(webhookEventId, count)
  }
  return counts
}
