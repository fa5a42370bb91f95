import type { Effect, Fact, UserLink } from '@sluice/events'
import { customerUserKey, predictionKey, stripeKey, userKey } from './keys.ts'

interface NamedCustomer {
  key: string
  account: string | null
  id: string
}

/** Null if the fact names no customer. */
export function customerOfFact(fact: Fact): NamedCustomer | null {
  if (fact.kind === 'prediction' || fact.kind === 'output') return null
  const id = customerIdOf(fact)
  return id ? { key: stripeKey(fact.account, id), account: fact.account, id } : null
}

function customerIdOf(fact: Fact): string | null | undefined {
  if (fact.kind === 'payment') return fact.stripeCustomerId
  if (fact.kind === 'paymentReference') return fact.session?.customerId ?? fact.received?.customerId
  return 'customerId' in fact ? fact.customerId : null
}

/** The objects that the fact is about, besides its customer. */
export function objectsOfFact(fact: Fact): string[] {
  if (fact.kind === 'prediction' || fact.kind === 'output') return [predictionKey(fact.predictionId)]
  return idsOf(fact).flatMap((id) => (id ? stripeKey(fact.account, id) : []))
}

function idsOf(fact: Fact): (string | null | undefined)[] {
  switch (fact.kind) {
    case 'subscription':
    case 'invoiceOutcome':
    case 'checkoutEntitlement':
      return [fact.subscriptionId]
    case 'invoice':
      return [fact.invoiceId]
    case 'checkoutSession':
    case 'checkoutLines':
      return [fact.sessionId]
    case 'payment':
      return [fact.paymentId, fact.stripeInvoiceId]
    case 'paymentReference':
      return [fact.reference, fact.invoiceId, fact.session?.sessionId]
    case 'refund':
    case 'dispute':
    case 'fraudWarning':
      return [fact.chargeId, fact.paymentIntentId]
    case 'creditNote':
      return [fact.creditNoteId, fact.invoiceId]
    case 'paymentMethod':
      return [fact.paymentMethodId]
    default:
      return []
  }
}

/** The users that the fact names. */
export function usersOfFact(fact: Fact): string[] {
  if (fact.kind !== 'paymentReference') return 'links' in fact ? userIds(fact.links) : []
  return [...userIds(fact.session?.links), ...userIds(fact.received?.links)]
}

const userIds = (links: readonly UserLink[] | undefined): string[] =>
  links ? links.flatMap(({ userId }) => userId ?? []) : []

/** All keys by which the event may turn out to be a forgotten person's. */
export function keysOfEvent(facts: readonly Fact[], effects: readonly Effect[], account: string | null): string[] {
  const keys: string[] = []
  for (const fact of facts) {
    const customer = customerOfFact(fact)
    if (customer) keys.push(customer.key)
    keys.push(...objectsOfFact(fact))
    for (const userId of usersOfFact(fact)) {
      keys.push(userKey(userId))
      if (customer) keys.push(customerUserKey(account, customer.id, userId))
    }
  }
  for (const effect of effects) {
    const customerId = customerOfEffect(effect)
    if (customerId) keys.push(stripeKey(account, customerId))
  }
  return keys
}

/** An upcoming invoice has no row, so its effect alone names the customer. */
export const customerOfEffect = ({ payload }: Effect): string | undefined =>
  'customerId' in payload ? payload.customerId : undefined
