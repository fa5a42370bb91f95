import { type Decision, type Effect, type Fact, processed } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { STAFF_KINDS } from '../personal.ts'
import { parseRows, queryRows } from '../sql/rows.ts'
import type { ForgottenFilter } from './filter.ts'
import { insertForgottenKeys } from './insert-keys.ts'
import { customerUserKey, predictionKey, stripeKey, userKey } from './keys.ts'
import { customerOfEffect, customerOfFact, keysOfEvent, objectsOfFact, usersOfFact } from './keys-of-fact.ts'
import { withoutLinks } from './links.ts'

interface Decided {
  row: { id: string; account: string | null }
  facts: Fact[]
  decision: Decision
}

type Keys = ReadonlySet<string>

/** Nobody may miss a dispute because its person was forgotten. */
const STAFF_EFFECTS: ReadonlySet<Effect['kind']> = new Set(STAFF_KINDS)

/**
 * Reduces the events of forgotten persons, in place: their facts are marked as `forgotten`, so that merges keep the money
 * and nothing of the person, and they have no effects but those for the staff.
 *
 * @param newest the greatest id of `forgotten_keys`, read by this transaction before
 * @returns the events whose bodies must not be kept once they are finished, by the ids of their rows
 */
export async function reduceForgotten(
  client: PoolClient,
  decided: Decided[],
  filter: ForgottenFilter,
  newest: string,
): Promise<ReadonlySet<string>> {
  const reduced = new Set<string>()
  const keyOf = await orderingKeysOf(client, decided)
  const keys = decided.flatMap(({ row, facts, decision }) => keysOfEvent(facts, effectsOf(decision), row.account))
  const userOf = await usersOfPredictions(client, keyOf.values())
  const users = [...userOf.values()].map(userKey)
  const known = await filter.forgottenAmong(client, newest, [...keys, ...keyOf.values(), ...users])
  if (known.size === 0) return reduced
  const forgotten = new Set([
    ...known,
    ...[...userOf].flatMap(([prediction, userId]) => (known.has(userKey(userId)) ? prediction : [])),
    ...(await customersToAdopt(client, decided, known)),
  ])
  addObjects(forgotten, decided, keyOf)
  await keepForgotten(
    client,
    [...forgotten].filter((key) => !known.has(key)),
  )
  for (const one of decided) if (reduce(one, forgotten, keyOf.get(one.row.id) ?? '')) reduced.add(one.row.id)
  return reduced
}

/** Adds the objects that events of forgotten persons name: events about these may name nothing else. */
function addObjects(forgotten: Set<string>, decided: Decided[], keyOf: ReadonlyMap<string, string>): void {
  for (let before = -1; before < forgotten.size; ) {
    before = forgotten.size
    for (const { row, facts } of decided) {
      const isTheirs = forgotten.has(keyOf.get(row.id) ?? '')
      const theirs = facts.filter((fact) => isForgotten(fact, forgotten) || (isTheirs && !isTied(fact)))
      for (const key of theirs.flatMap(objectsOfFact)) forgotten.add(key)
    }
  }
}

/** Also erases the bodies of earlier events about these objects, which did not say whose they are. */
async function keepForgotten(client: PoolClient, keys: string[]): Promise<void> {
  if (keys.length === 0) return
  await insertForgottenKeys(client, keys)
  await client.query(
    `UPDATE webhook_events SET raw_body = NULL, headers = '{}' WHERE id IN (
        SELECT id FROM webhook_events WHERE touched IS NOT NULL AND touched && $1 AND raw_body IS NOT NULL
          AND status IN ('processed', 'ignored') ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)`,
    [keys.map((key) => `payment_references/${key.slice(key.lastIndexOf(':') + 1)}`)],
  )
}

/** @returns whether the event is a forgotten person's */
function reduce(one: Decided, forgotten: Keys, orderingKey: string): boolean {
  const isTheirs = forgotten.has(orderingKey)
  const marks = one.facts.map((fact) => isForgotten(fact, forgotten) || (isTheirs && !isTied(fact)))
  const effects = effectsOf(one.decision)
  const isReduced =
    marks.includes(true) || effects.some((effect) => isAboutForgotten(effect, one.row.account, forgotten))
  if (one.decision.outcome !== 'processed') return isTheirs
  const namesForgotten = one.facts.flatMap(usersOfFact).some((userId) => forgotten.has(userKey(userId)))
  if (namesForgotten)
    one.facts = one.facts.map((fact) => withoutLinks(fact, (userId) => forgotten.has(userKey(userId))))
  if (!isReduced && !isTheirs) {
    if (namesForgotten) one.decision = processed(one.facts, effects)
    return namesForgotten
  }
  // The files of an output are not copied.
  one.facts = one.facts.flatMap((fact, index) => {
    if (!marks[index]) return fact
    return fact.kind === 'output' ? [] : withMark(fact)
  })
  one.decision = processed(
    one.facts,
    effects.filter(({ kind }) => STAFF_EFFECTS.has(kind)),
  )
  return true
}

const effectsOf = (decision: Decision): Effect[] => (decision.outcome === 'processed' ? decision.effects : [])

const isAboutForgotten = (effect: Effect, account: string | null, forgotten: Keys): boolean =>
  forgotten.has(stripeKey(account, customerOfEffect(effect) ?? ''))

/** Facts about the merchant's own things have no mark. */
const withMark = (fact: Fact): Fact =>
  fact.kind === 'product' || fact.kind === 'price' || fact.kind === 'connectedAccount' || fact.kind === 'output'
    ? fact
    : { ...fact, forgotten: true }

/** Whether the fact itself says whose it is. */
const isTied = (fact: Fact): boolean => customerOfFact(fact) !== null || usersOfFact(fact).length > 0

/**
 * A subscription whose own metadata names another user than its customer's is that user's, and stays it. A guest has no
 * customer, and is known by the users that the event names.
 */
function isForgotten(fact: Fact, forgotten: Keys): boolean {
  if (objectsOfFact(fact).some((key) => forgotten.has(key))) return true
  const customer = customerOfFact(fact)
  const users = usersOfFact(fact)
  const isNamed = (userId: string) =>
    forgotten.has(userKey(userId)) ||
    (customer !== null && forgotten.has(customerUserKey(customer.account, customer.id, userId)))
  const isOfSubscription = 'subscriptionId' in fact && fact.kind !== 'invoice' && fact.kind !== 'checkoutSession'
  if (isOfSubscription && users.length > 0) return users.every(isNamed)
  if (customer) return forgotten.has(customer.key)
  return users.length > 0 && users.every(isNamed)
}

/**
 * Customers that are not known so far, or belong to nobody, and that an event links to forgotten users alone: they are
 * the same person, whose event came late. Their keys are forgotten too, since their later events may name no user.
 */
async function customersToAdopt(client: PoolClient, decided: Decided[], known: Keys): Promise<Keys> {
  const found = new Map<string, string>()
  for (const { facts } of decided) {
    const users = facts.flatMap(usersOfFact)
    if (users.length === 0 || !users.every((userId) => known.has(userKey(userId)))) continue
    for (const fact of facts) {
      const customer = customerOfFact(fact)
      if (customer && !known.has(customer.key)) found.set(customer.key, customer.id)
    }
  }
  if (found.size === 0) return new Set()
  const others = await queryRows(
    client,
    z.object({ id: z.string() }),
    `SELECT stripe_customer_id AS id FROM customers WHERE stripe_customer_id = ANY ($1) AND user_id IS NOT NULL`,
    [[...found.values()]],
  )
  const taken = new Set(others.map(({ id }) => id))
  return new Set([...found].filter(([, id]) => !taken.has(id)).map(([key]) => key))
}

const UserOfPrediction = z.object({ id: z.string(), userId: z.string() })

/** A prediction names no user: the host's row does, also one that it has inserted since. By the prediction's key. */
async function usersOfPredictions(client: PoolClient, orderingKeys: Iterable<string>): Promise<Map<string, string>> {
  const keys = [...new Set(orderingKeys)].filter((key) => key.startsWith(predictionKey('')))
  if (keys.length === 0) return new Map()
  const rows = await queryRows(
    client,
    UserOfPrediction,
    'SELECT prediction_id AS id, user_id AS "userId" FROM generation_jobs WHERE prediction_id = ANY ($1) AND user_id IS NOT NULL',
    [keys.map((key) => key.slice(predictionKey('').length))],
  )
  return new Map(rows.map(({ id, userId }) => [predictionKey(id), userId]))
}

/** The keys that the inbox has of these events: facts need not name the customer, and ignored events have no facts. */
async function orderingKeysOf(client: PoolClient, decided: Decided[]): Promise<Map<string, string>> {
  const { rows } = await client.query({
    name: 'ordering_keys',
    text: 'SELECT id, ordering_key AS key FROM webhook_events WHERE id = ANY ($1)',
    values: [decided.map(({ row }) => row.id)],
  })
  return new Map(parseRows(Key, rows).map(({ id, key }) => [id, key]))
}

const Key = z.object({ id: z.string(), key: z.string() })
