import type { SentEvent } from '@sluice/simulator'
import type { Arrivals } from './lifecycle-orders.ts'

/** The fields of Stripe objects that move money, in the newest API version. */
interface StripeObject {
  id: string
  object: string
  amount: number
  amount_paid: number
  amount_total: number
  charge: string
  invoice: string
  mode: string
  payment: { payment_intent: string }
  payment_intent: string
  payment_status: string
  status: string
}

interface Change {
  type: string
  object: StripeObject
}

/**
 * The ledger that follows from these events, worked out independently of the product: entry key → `debit < credit amount`.
 * Refunds and disputes of a payment that no event names make no entry.
 */
export function expectedMoney({ ending, events }: Arrivals): Record<string, string> {
  const changes = events.map((event) => changeOf(event, ending))
  const paidBy = new Set(changes.flatMap(({ object }) => intentOfPayment(object)))
  const entries = changes.flatMap(({ type, object }) => [
    ...paymentIn(type, object),
    ...(paidBy.has(object.payment_intent) ? [...refundIn(object), ...disputeIn(object, changes)] : []),
  ])
  return Object.fromEntries(entries.sort())
}

const changeOf = ({ type, body }: SentEvent, ending: string): Change => ({
  type,
  object: JSON.parse(body.replaceAll(ending, '')).data.object,
})

/** The payment intent that paid an invoice or an order. */
function intentOfPayment(object: StripeObject): string[] {
  if (object.object === 'invoice_payment') return [object.payment.payment_intent]
  return object.object === 'checkout.session' && object.mode === 'payment' ? [object.payment_intent] : []
}

type Entry = [key: string, movement: string]

function paymentIn(type: string, object: StripeObject): Entry[] {
  const isInvoice = type === 'invoice.paid' || type === 'invoice.payment_succeeded'
  const isOrder = object.object === 'checkout.session' && object.mode === 'payment' && object.payment_status === 'paid'
  const amount = isInvoice ? object.amount_paid : isOrder ? object.amount_total : 0
  return amount > 0 ? [[`payment:${object.id}`, `cash < revenue ${amount}`]] : []
}

function refundIn({ id, object, status, amount }: StripeObject): Entry[] {
  if (object !== 'refund') return []
  const out: Entry = [`refund:${id}`, `refunds < cash ${amount}`]
  return status === 'failed' ? [out, [`refund_failed:${id}`, `cash < refunds ${amount}`]] : [out]
}

/** In these lifecycles a dispute is won only after it was lost. */
function disputeIn({ id, object, status, amount }: StripeObject, changes: Change[]): Entry[] {
  if (object !== 'dispute') return []
  const isLost = changes.some((other) => other.object.id === id && other.object.status === 'lost')
  if (status === 'lost') return [[`dispute:${id}:lost`, `disputes < cash ${amount}`]]
  return status === 'won' && isLost ? [[`dispute:${id}:won`, `cash < disputes ${amount}`]] : []
}
