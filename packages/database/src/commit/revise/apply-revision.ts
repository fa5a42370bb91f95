import { randomUUID } from 'node:crypto'
import {
  type Effect,
  effectKey,
  type Fact,
  type LedgerEntryFact,
  type PaymentFact,
  type StripeFact,
} from '@sluice/events'
import type { PoolClient } from 'pg'
import { deriveCreditsOfPayments } from '../../credits/derive-payments.ts'
import { settleReservations } from '../../credits/settle-reservations.ts'
import type { AnyMerge, Traced } from '../../merges/index.ts'
import type { PaymentInput, PaymentRegisters } from '../../merges/payment.ts'
import { predictionMerge } from '../../merges/prediction.ts'
import { type DueEffect, type TracedEffect, writeOutbox } from '../../outbox/write-outbox.ts'
import { noteChanges, repeatLater } from '../derive-features.ts'
import { deriveGenerations, type Generations, generationEffects } from '../derive-generations.ts'
import { receiptsOf } from '../derive-payments.ts'
import { noteRoles } from '../derive-roles.ts'
import { deriveUsers } from '../derive-users.ts'
import { eventsOfRoles } from '../events-of-roles.ts'
import { hostMessage } from '../host-message.ts'
import { paymentMessages } from '../host-messages.ts'
import type { CommitRules } from '../rules.ts'
import { customerOf, staleUsers } from '../stale-caches.ts'
import { touchedBy } from '../touched.ts'
import { withoutForgotten } from '../without-forgotten.ts'
import { copyKeyOf, reopenEffects, resendEffects, updateEffects, withdrawEffects } from './effects.ts'
import { type Gathered, gather } from './gather.ts'
import { entriesFrom, reviseLedger } from './ledger.ts'
import { reviseOutputs } from './outputs.ts'
import { lockPayments, revisePayments } from './payments.ts'
import type { Kept } from './read-others.ts'
import type { Revision } from './revision.ts'
import { contestedIn, rewriteTables, type Written } from './rewrite-tables.ts'
import { keysIn, nameOf } from './row-names.ts'
import { type Owners, ownersOf, withdrawSubscribers } from './users.ts'
import type { Rewritten } from './write-rows.ts'

export interface RevisionResult {
  /** Rows that are only merged into, with the ids of the events that nobody can read any more; none if they are gone. */
  kept: Kept
  effectsOf: Map<string, DueEffect[]>
  /** The keys of all effects that the events about these rows ask for. */
  effects: Set<string>
  /** The effects of the revised events. */
  wanted: Effect[]
  /** Events about a prediction whose job the host has not inserted. */
  withoutJob: Set<string>
}

/**
 * Withdraws what these events said before, and merges what they say now. Each row that they touched before or touch now
 * is made again from all recorded events that touch it, as their handlers decide today. Everything that follows from
 * these rows follows again: payments, ledger, users, generations and effects.
 */
export async function applyRevision(
  client: PoolClient,
  revisions: Revision[],
  rules: CommitRules,
): Promise<RevisionResult> {
  const eventId = revisions[0]?.row.id
  if (eventId === undefined)
    return { kept: new Map(), effectsOf: new Map(), effects: new Set(), wanted: [], withoutJob: new Set() }
  const gathered = await gather(client, revisions, rules)
  const { rows, paymentIds, sayings, kept } = gathered

  const payments = await lockPayments(client, paymentIds)
  const owners = await ownersOf(client, rows, paymentIds)
  const entries = await entriesFrom(client, rows, payments)

  const written = await rewriteTables(client, gathered, rules, eventId, revisedBy(revisions))
  const revised = await revisePayments(
    client,
    payments,
    {
      ids: paymentIds,
      said: sayings.payments as Traced<PaymentFact>[],
      kept: keptKeys('payments', kept),
      eventOf: sayings.eventOf,
      eventId,
    },
    rules,
  )
  const paid: Paid = { ...revised, registers: revised.registers as ReadonlyMap<string, PaymentRegisters> }
  const present = await entriesFrom(client, rows, paid.registers)
  await reviseLedger(client, entries, present, eventId)
  const predictions = keysIn('variants', rows)
  const files = await reviseOutputs(client, predictions, sayings.outputs, keptKeys('variants', kept), rules)
  const generations = await deriveGenerations(
    client,
    keysIn(predictionMerge.table, rows).map((predictionId) => ({ predictionId })),
  )
  const { users, movedPayments } = await reviseUsers(client, revisions, gathered, owners, written, paid)
  const changedCredits = await reviseCredits(
    client,
    gathered,
    [...entries.values(), ...present.values()],
    movedPayments,
    eventId,
  )
  for (const user of changedCredits) users.add(user)

  const withoutJob = withoutJobIn(revisions, written)
  const effects = await reviseEffects(client, revisions, {
    ...{ gathered, generations, files, paid, withoutJob, written, rules },
    users,
  })
  return { kept, withoutJob, ...effects }
}

/** The last of these events that touched a row before, or touches it now. */
function revisedBy(revisions: Revision[]) {
  const eventOf = new Map(
    revisions.flatMap(({ row, before, facts }) =>
      [...before, ...touchedBy(facts)].map((name) => [name, row.id] as const),
    ),
  )
  return ({ table }: AnyMerge, key: string): string | undefined => eventOf.get(nameOf(table, key))
}

const keptKeys = (table: string, kept: Kept): Set<string> => new Set(keysIn(table, kept.keys()))

const factsOf = (revisions: Revision[]): Traced<Fact>[] =>
  revisions.flatMap(({ row, facts }) => facts.map((fact) => ({ webhookEventId: row.id, ...fact })))

/** @returns the users whose cached entitlements may be wrong, and the payments with another user than before */
async function reviseUsers(
  client: PoolClient,
  revisions: Revision[],
  { rows, paymentIds }: Gathered,
  before: Owners,
  written: Written,
  paid: Rewritten,
): Promise<{ users: Set<string>; movedPayments: string[] }> {
  const after = await ownersOf(client, rows, paymentIds)
  await withdrawSubscribers(
    client,
    [...before.subscribers].filter((user) => !after.subscribers.has(user)),
  )
  const eventId = revisions[0]?.row.id ?? null
  const named = revisions.flatMap(({ facts }) => facts.map(customerOf)).filter((id) => id !== null)
  const productIds = keysIn('products', rows)
  const derived = await deriveUsers(client, {
    customerIds: [...new Set([...before.customers, ...after.customers, ...named])].sort(),
    paymentIds: [...paymentIds],
    contested: contestedIn(written),
    formerUsers: [...before.users, ...before.subscribers],
    subscriptionIds: keysIn('subscriptions', rows),
    productIds,
  })
  const eventOf = eventsOfRoles(factsOf(revisions), derived, written.get('subscriptions'))
  noteRoles(client, derived.roles, (user) => ({ eventId: eventOf.get(user) ?? eventId, cause: 'replay' }))
  await repeatLater(client, productIds)
  const isChanged = [...written.values(), paid].some(({ changed, gone }) => changed.size + gone.size > 0)
  const { changedUsers, payersOf, movedPayments } = derived
  if (!isChanged) return { users: changedUsers, movedPayments }
  return {
    users: new Set([...changedUsers, ...payersOf.values(), ...before.users, ...after.users]),
    movedPayments,
  }
}

/** Makes the credits of all these payments and generations again. @returns the users whose credits changed */
async function reviseCredits(
  client: PoolClient,
  { rows, paymentIds }: Gathered,
  entries: LedgerEntryFact[],
  movedPayments: string[],
  eventId: string,
): Promise<string[]> {
  const payments = [
    ...paymentIds,
    ...entries.map(({ paymentId }) => paymentId),
    ...movedPayments,
    ...keysIn('invoices', rows),
    ...keysIn('checkout_sessions', rows),
  ]
  const ofPayments = await deriveCreditsOfPayments(client, payments, () => eventId)
  const ofJobs = await settleReservations(client, 'prediction_id', keysIn(predictionMerge.table, rows), () => eventId)
  await noteChanges(client, 'price', keysIn('prices', rows), ['0 s', '1 min'])
  return [...ofPayments, ...ofJobs].map(({ userId }) => userId)
}

function withoutJobIn(revisions: Revision[], written: Written): Set<string> {
  const missing = written.get(predictionMerge.table)?.missing
  return new Set(
    revisions.flatMap(({ row, facts }) =>
      facts.some((fact) => fact.kind === 'prediction' && missing?.has(fact.predictionId)) ? [row.id] : [],
    ),
  )
}

type Paid = Omit<Rewritten, 'registers'> & {
  inputs: PaymentInput[]
  registers: ReadonlyMap<string, PaymentRegisters>
}

interface Results {
  gathered: Gathered
  generations: Generations
  files: Rewritten | undefined
  paid: Paid
  withoutJob: ReadonlySet<string>
  users: ReadonlySet<string>
  written: Written
  rules: CommitRules
}

async function reviseEffects(client: PoolClient, revisions: Revision[], results: Results) {
  const { gathered, generations, files, paid, withoutJob, written } = results
  const wanted: TracedEffect[] = []
  for (const { row, facts, decision } of revisions) {
    if (withoutJob.has(row.id) || decision.outcome !== 'processed') continue
    const ofGeneration = generationEffects(withoutForgotten(facts), generations)
    for (const effect of [...decision.effects, ...ofGeneration]) wanted.push({ webhookEventId: row.id, ...effect })
  }
  const receipts = receiptsOf(paid.inputs, paid)
  for (const receipt of receipts)
    if (receipt.kind === 'receipt' && paid.changed.has(receipt.payload.paymentId)) wanted.push(receipt)

  const renewed = await updateEffects(client, wanted)
  const changed = [...written.values(), paid].flatMap((rows) => [...rows.changed])
  await reopenEffects(client, wanted, new Set([...renewed, ...changed]))
  const eventId = revisions[0]?.row.id ?? ''
  const silent = new Set(revisions.flatMap(({ row }) => (row.silent ? row.id : [])))
  const effectsOf = await writeOutbox(client, [...wanted, ...noticesOf(results, eventId, silent)], silent)
  const effects = new Set([
    ...gathered.sayings.effectKeys,
    ...[...paid.registers].map(([paymentId, { account, livemode }]) =>
      receiptKey(paymentId, { account: account ?? null, livemode: livemode ?? null }),
    ),
    ...[...generations.values()].flatMap((one) => one.effects.map(({ key }) => key)),
    ...[...(files?.registers.keys() ?? [])].map(copyKeyOf),
  ])
  await withdrawEffects(client, eventsWithoutKept(revisions, gathered.kept), effects)
  for (const [id, some] of await resendEffects(client, revisions.flatMap(resendOf)))
    effectsOf.set(id, [...(effectsOf.get(id) ?? []), ...some])
  return { effectsOf, effects, wanted }
}

/** Tells the host's cache and the host what is different now. The cause is new each time. */
function noticesOf(
  { users, written, paid, rules }: Results,
  webhookEventId: string,
  silent: ReadonlySet<string>,
): TracedEffect[] {
  const cause = `revision:${randomUUID()}`
  const subscriptions = rules.notifiesHost ? (written.get('subscriptions')?.changed ?? []) : []
  const changed = [...subscriptions].map((id) => hostMessage('subscription.changed', id, cause))
  return [
    ...[...staleUsers(users, cause, rules), ...changed].map((effect) => ({ ...effect, webhookEventId })),
    ...(rules.notifiesHost ? paymentMessages(paid.inputs, paid, silent) : []),
  ]
}

/** A receipt of a payment that another one supersedes is obsolete when it runs, and was asked for all the same. */
const receiptKey = (paymentId: string, origin: Pick<StripeFact, 'account' | 'livemode'>): string =>
  effectKey(origin, `receipt:${paymentId}`)

/** Of the others it is not known which effects their rows still have. */
const eventsWithoutKept = (revisions: Revision[], kept: Kept): string[] =>
  revisions
    .filter(({ before, facts }) => [...before, ...touchedBy(facts)].every((name) => !kept.has(name)))
    .map(({ row }) => row.id)

const resendOf = ({ row, decision, resend }: Revision) =>
  resend && decision.outcome === 'processed'
    ? [{ webhookEventId: row.id, ...resend, keys: decision.effects.map(({ key }) => key) }]
    : []
