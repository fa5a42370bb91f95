import type { SentEvent } from '../../sent-event.ts'
import { entitlementSummaryObject, entitlementsOf } from '../../stripe-objects/index.ts'
import { type CustomerState, emit } from '../state.ts'

/** The features of a customer follow from the products that it subscribes to: https://docs.stripe.com/billing/entitlements */
export const entitlementSteps = {
  entitled: (state: CustomerState) => summary(state, FEATURES, []),
  /** The subscription is over. */
  unentitled: (state: CustomerState) => summary(state, [], FEATURES),
}

const FEATURES = ['exports', 'teams']

function summary(state: CustomerState, features: readonly string[], before: readonly string[]): SentEvent {
  const customerId = state.customer.id
  const object = entitlementSummaryObject({ customerId, features })
  const previous = { entitlements: { data: entitlementsOf(customerId, before).data } }
  return emit(state, 'entitlements.active_entitlement_summary.updated', object, previous)
}
