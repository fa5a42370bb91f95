import { type Fact, type Handler, processed } from '@sluice/events'
import { onPaymentMethod } from './payment_method.ts'

/**
 * A payment method that a customer or subscription names. One without a customer was detached meanwhile:
 * https://docs.stripe.com/api/payment_methods/detach
 */
export const onImportedPaymentMethod: Handler = (event) => {
  const decision = onPaymentMethod(event)
  return decision.outcome === 'processed' ? processed(decision.facts.map(withDetachment)) : decision
}

const withDetachment = (fact: Fact): Fact =>
  fact.kind === 'paymentMethod' ? { ...fact, detached: fact.customerId === null } : fact
