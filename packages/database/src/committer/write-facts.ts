import type { Decision, Effect, Fact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { deriveUsers } from './derive.ts'
import { writeLedger } from './ledger.ts'
import { mergeRows } from './merge-rows.ts'
import { customerMerge } from './merges/customer.ts'
import { paymentMerge, type TracedPayment } from './merges/payment.ts'
import { predictionMerge } from './merges/prediction.ts'
import { subscriptionMerge } from './merges/subscription.ts'
import { type TracedEffect, writeOutbox } from './outbox.ts'

interface Deciding {
  row: { id: string; event_id: string }
  facts: Fact[]
  decision: Decision
}

export interface Written {
  /** Ids of the new outbox messages, by the id of the event that caused them. */
  effectsOf: Map<string, string[]>
  /** Events about a prediction whose row the host has not made yet. */
  withoutJob: Set<string>
  /** How many payments each event was the first to tell of. */
  paymentsOf: Map<string, PaymentCounts>
}

export interface PaymentCounts {
  succeeded: number
  failed: number
}

/** Merges the facts of a batch, table by table in one order for everybody, then what follows from the merged rows. */
export async function writeFacts(client: PoolClient, decided: Deciding[], pastDueIsActive: boolean): Promise<Written> {
  const all = decided.flatMap(({ row, facts }) => facts.map((fact) => ({ ...fact, webhookEventId: row.id })))
  const of = <Kind extends Fact['kind']>(...kinds: Kind[]) =>
    all.filter((fact): fact is Extract<Fact, { kind: Kind }> & { webhookEventId: string } =>
      kinds.includes(fact.kind as Kind),
    )

  const customers = await mergeRows(client, customerMerge, of('customer'))
  const subscriptions = await mergeRows(
    client,
    subscriptionMerge(pastDueIsActive),
    of('subscription', 'invoiceOutcome'),
  )
  const payments = await mergeRows(client, paymentMerge, of('payment'))
  await writeLedger(client, of('ledgerEntry'))
  const predictions = await mergeRows(client, predictionMerge, of('prediction'))

  const touched = [...new Set(all.map(customerOf).filter((id) => id !== null))]
  const { userOf, changedUsers } = touched.length > 0 ? await deriveUsers(client, touched) : NOBODY
  const changed = new Set([...customers.changed, ...subscriptions.changed, ...payments.changed])

  const withoutJob = new Set(
    of('prediction')
      .filter(({ predictionId }) => predictions.missing.has(predictionId))
      .map(({ webhookEventId }) => webhookEventId),
  )
  const effects = decided.flatMap(({ row, facts, decision }): TracedEffect[] => {
    if (withoutJob.has(row.id) || decision.outcome !== 'processed') return []
    const stale = staleCaches(row.event_id, facts, changed, userOf, changedUsers)
    return [...decision.effects, ...stale].map((effect) => ({ ...effect, webhookEventId: row.id }))
  })
  return {
    effectsOf: await writeOutbox(client, effects),
    withoutJob,
    paymentsOf: countPayments(of('payment'), payments.made),
  }
}

const NOBODY = { userOf: new Map<string, string>(), changedUsers: new Set<string>() }

function customerOf(fact: Fact): string | null {
  if (fact.kind === 'payment') return fact.stripeCustomerId
  return 'customerId' in fact ? fact.customerId : null
}

/** The host's cached entitlements of every user that this event changed something for. */
function staleCaches(
  eventId: string,
  facts: Fact[],
  changed: Set<string>,
  userOf: Map<string, string>,
  changedUsers: Set<string>,
): Effect[] {
  const users = new Set(
    facts.flatMap((fact) => {
      const user = userOf.get(customerOf(fact) ?? '')
      return user && (changedUsers.has(user) || changed.has(keyOf(fact))) ? [user] : []
    }),
  )
  return [...users].map((userId) => ({
    key: `features:${userId}:${eventId}`,
    kind: 'features.invalidate',
    payload: { userId },
  }))
}

function keyOf(fact: Fact): string {
  if (fact.kind === 'payment') return fact.paymentId
  if ('subscriptionId' in fact) return fact.subscriptionId ?? ''
  return 'customerId' in fact ? (fact.customerId ?? '') : ''
}

function countPayments(facts: TracedPayment[], made: ReadonlySet<string>): Map<string, PaymentCounts> {
  const counts = new Map<string, PaymentCounts>()
  const untold = new Set(made)
  for (const { paymentId, webhookEventId, status } of facts) {
    if (!untold.delete(paymentId)) continue
    const count = counts.get(webhookEventId) ?? { succeeded: 0, failed: 0 }
    count[status] += 1
    counts.set(webhookEventId, count)
  }
  return counts
}
