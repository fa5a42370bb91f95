import { type Handler, processed } from '@sluice/events'
import { paymentsOf } from './checkout.session.completed.ts'
import { factsOfCheckoutSession, readCheckoutSession } from './checkout-session.ts'
import { originOf } from './object.ts'

/**
 * A Checkout session that has ended.
 *
 * The buyer gave the contact data when the session was created, so that newer ones win over them. An old session gives
 * no access by itself: its subscription is imported too.
 */
export const onImportedCheckoutSession: Handler = (event) => {
  const session = readCheckoutSession(event)
  const origin = originOf(event)
  const occurredAt = session.created ?? origin.occurredAt
  const facts = [...factsOfCheckoutSession(session, origin), ...paymentsOf(session, origin)]
  return processed(
    facts.map((fact) => (fact.kind === 'customer' || fact.kind === 'payment' ? { ...fact, occurredAt } : fact)),
  )
}
