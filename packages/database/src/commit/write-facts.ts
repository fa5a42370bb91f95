import { type Decision, type Fact, hasPredictionEnded, type PredictionFact } from '@sluice/events'
import type { PoolClient } from 'pg'
import { deriveEntries } from '../ledger/derive-entries.ts'
import { writeLedger } from '../ledger/write-entries.ts'
import { checkoutSessionMerge } from '../merges/checkout-session.ts'
import { connectedAccountMerge } from '../merges/connected-account.ts'
import { customerMerge } from '../merges/customer.ts'
import { disputeMerge } from '../merges/dispute.ts'
import { invoiceMerge } from '../merges/invoice.ts'
import { mergeRows } from '../merges/merge-rows.ts'
import { paymentMerge } from '../merges/payment.ts'
import { paymentMethodMerge } from '../merges/payment-method.ts'
import { paymentReferenceMerge } from '../merges/payment-reference.ts'
import { predictionMerge } from '../merges/prediction.ts'
import { refundMerge } from '../merges/refund.ts'
import { subscriptionMerge } from '../merges/subscription.ts'
import { type TracedEffect, writeOutbox } from '../outbox/write-outbox.ts'
import { countPayments, type PaymentCounts } from './count-payments.ts'
import { deriveGenerations, generationEffects } from './derive-generations.ts'
import { deriveUsers } from './derive-users.ts'
import { customerOf, staleCaches } from './stale-caches.ts'
import { writeOutput } from './write-output.ts'

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
  /** Events that were the first to tell of an ending other than the one that was known. */
  contradicting: Set<string>
  /** How many payments each event was the first to tell of. */
  paymentsOf: Map<string, PaymentCounts>
}

/** Merges the facts of a batch, table by table in one order for everybody, then what follows from the merged rows. */
export async function writeFacts(client: PoolClient, decided: Deciding[], pastDueIsActive: boolean): Promise<Written> {
  const all = decided.flatMap(({ row, facts }) => facts.map((fact) => ({ webhookEventId: row.id, ...fact })))
  const of = <Kind extends Fact['kind']>(...kinds: Kind[]) =>
    all.filter((fact): fact is Extract<Fact, { kind: Kind }> & { webhookEventId: string } =>
      kinds.includes(fact.kind as Kind),
    )

  const customers = await mergeRows(client, customerMerge, of('customer'))
  const subscriptions = await mergeRows(
    client,
    subscriptionMerge(pastDueIsActive),
    of('subscription', 'invoiceOutcome', 'checkoutEntitlement'),
  )
  await mergeRows(client, invoiceMerge, of('invoice'))
  await mergeRows(client, checkoutSessionMerge, of('checkoutSession'))
  await mergeRows(client, paymentMethodMerge, of('paymentMethod'))
  await mergeRows(client, connectedAccountMerge, of('connectedAccount'))
  const payments = await mergeRows(client, paymentMerge, of('payment'))
  await mergeRows(client, refundMerge, of('refund'))
  await mergeRows(client, disputeMerge, of('dispute'))
  await mergeRows(client, paymentReferenceMerge, of('paymentReference'))
  const predictions = await mergeRows(client, predictionMerge, of('prediction'))
  await writeOutput(client, of('output'))

  const derived = await deriveEntries(client, of('paymentReference', 'refund', 'dispute'))
  await writeLedger(client, [...of('ledgerEntry'), ...derived])
  const generations = await deriveGenerations(client, of('prediction'))
  const users = await deriveUsers(client, [...new Set(all.map(customerOf).filter((id) => id !== null))])
  const changed = new Set([...customers.changed, ...subscriptions.changed, ...payments.changed])

  const eventsOf = (isMeant: (fact: PredictionFact) => boolean) =>
    new Set(
      of('prediction')
        .filter(isMeant)
        .map(({ webhookEventId }) => webhookEventId),
    )
  const withoutJob = eventsOf(({ predictionId }) => predictions.missing.has(predictionId))
  const effects = decided.flatMap(({ row, facts, decision }): TracedEffect[] => {
    if (withoutJob.has(row.id) || decision.outcome !== 'processed') return []
    const stale = staleCaches(row.event_id, facts, changed, users)
    return [...decision.effects, ...stale, ...generationEffects(facts, generations)].map((effect) => ({
      webhookEventId: row.id,
      ...effect,
    }))
  })
  return {
    effectsOf: await writeOutbox(client, effects),
    withoutJob,
    contradicting: eventsOf(
      ({ predictionId, status }) =>
        hasPredictionEnded(status) &&
        predictions.changed.has(predictionId) &&
        generations.get(predictionId)?.isContradicted === true,
    ),
    paymentsOf: countPayments(of('payment'), payments.made),
  }
}
