import type { SentEvent } from '@sluice/simulator'
import type { Arrivals } from './lifecycle-orders.ts'

/** Of a Stripe object what moves money, in the newest shapes. */
interface Told {
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

interface Telling {
  type: string
  object: Told
}

/**
 * The ledger that follows from these events by hand, entry by entry, as `debit < credit amount`: what is paid, what is
 * given back or lost of it, and what came back of that. Nothing is given back of a payment that no event names.
 */
export function expectedMoney({ ending, events }: Arrivals): Record<string, string> {
  const told = events.map((event) => tellingOf(event, ending))
  const paidBy = new Set(told.flatMap(({ object }) => intentOfPayment(object)))
  const entries = told.flatMap(({ type, object }) => [
    ...paymentIn(type, object),
    ...(paidBy.has(object.payment_intent) ? [...refundIn(object), ...disputeIn(object, told)] : []),
  ])
  return Object.fromEntries(entries.sort())
}

const tellingOf = ({ type, body }: SentEvent, ending: string): Telling => ({
  type,
  object: JSON.parse(body.replaceAll(ending, '')).data.object,
})

/** Which payment intent paid an invoice or an order. */
function intentOfPayment(object: Told): string[] {
  if (object.object === 'invoice_payment') return [object.payment.payment_intent]
  return object.object === 'checkout.session' && object.mode === 'payment' ? [object.payment_intent] : []
}

type Entry = [key: string, movement: string]

function paymentIn(type: string, object: Told): Entry[] {
  const isInvoice = type === 'invoice.paid' || type === 'invoice.payment_succeeded'
  const isOrder = object.object === 'checkout.session' && object.mode === 'payment' && object.payment_status === 'paid'
  const amount = isInvoice ? object.amount_paid : isOrder ? object.amount_total : 0
  return amount > 0 ? [[`payment:${object.id}`, `cash < revenue ${amount}`]] : []
}

function refundIn({ id, object, status, amount }: Told): Entry[] {
  if (object !== 'refund') return []
  const out: Entry = [`refund:${id}`, `refunds < cash ${amount}`]
  return status === 'failed' ? [out, [`refund_failed:${id}`, `cash < refunds ${amount}`]] : [out]
}

/** In these lifecycles a bank decides for us only after it decided against us. */
function disputeIn({ id, object, status, amount }: Told, told: Telling[]): Entry[] {
  if (object !== 'dispute') return []
  const isLost = told.some((other) => other.object.id === id && other.object.status === 'lost')
  if (status === 'lost') return [[`dispute:${id}:lost`, `disputes < cash ${amount}`]]
  return status === 'won' && isLost ? [[`dispute:${id}:won`, `cash < disputes ${amount}`]] : []
}
