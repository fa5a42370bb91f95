import type { SentEvent } from '@sluice/simulator'
import type { Arrivals } from './lifecycle-orders.ts'

/** The fields of Stripe objects that move money, in the newest API version. */
interface StripeObject {
  id: string
  object: string
  amount: number
  amount_paid: number
  amount_total: number
  balance_transactions: { amount: number; fee: number }[]
  charge: string
  invoice: string
  mode: string
  payment: { payment_intent: string }
  payment_intent: string
  payment_status: string
  status: string
  total_taxes?: { amount: number }[]
}

interface Change {
  type: string
  object: StripeObject
}

/**
 * The ledger that follows from these events, worked out independently of the product: entry key → the debits, and the
 * credits that they come from.
 * Refunds and disputes of a payment that no event names make no entry.
 */
export function expectedMoney({ ending, events }: Arrivals): Record<string, string> {
  const changes = events.map((event) => changeOf(event, ending))
  const paidBy = new Set(changes.flatMap(({ object }) => intentOfPayment(object)))
  const entries = changes.flatMap(({ object }) => [
    ...paymentIn(object, changes),
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

/** Any event that shows a payment books it: one of the invoice, of a payment of it, or of the intent of an order. */
function paymentIn(object: StripeObject, changes: Change[]): Entry[] {
  if (object.object === 'invoice') return invoicePaid(object.id, changes)
  if (object.object === 'invoice_payment') return invoicePaid(object.invoice, changes)
  if (object.object !== 'checkout.session' || object.mode !== 'payment') return []
  const isPaid = changes.some(
    ({ type, object: other }) =>
      (other.id === object.id && other.payment_status === 'paid') ||
      (other.id === object.payment_intent && type === 'payment_intent.succeeded'),
  )
  return isPaid ? [[`payment:${object.id}`, movement('cash', [['revenue', object.amount_total]])]] : []
}

function invoicePaid(id: string, changes: Change[]): Entry[] {
  const paid = changes.map(({ object }) => object).filter((object) => object.amount_paid > 0)
  const invoice = paid.find((object) => object.object === 'invoice' && object.id === id)
  const amount = (invoice ?? paid.find((object) => object.object === 'invoice_payment' && object.invoice === id))
    ?.amount_paid
  if (amount === undefined) return []
  const tax = (invoice?.total_taxes ?? []).reduce((sum, part) => sum + part.amount, 0)
  const shares: [string, number][] = [
    ['revenue', amount - tax],
    ['tax', tax],
  ]
  return [[`payment:${id}`, movement('cash', shares)]]
}

/** `cash 119 < revenue 100 + tax 19`. */
const movement = (debit: string, credits: [account: string, amount: number][]): string => {
  const [some, sum] = [
    credits.filter(([, amount]) => amount > 0),
    credits.reduce((total, [, amount]) => total + amount, 0),
  ]
  return `${debit} ${sum} < ${some.map((line) => line.join(' ')).join(' + ')}`
}

function refundIn({ id, object, status, amount }: StripeObject): Entry[] {
  if (object !== 'refund') return []
  const out: Entry = [`refund:${id}`, movement('refunds', [['cash', amount]])]
  return status === 'failed' ? [out, [`refund_failed:${id}`, movement('cash', [['refunds', amount]])]] : [out]
}

/**
 * In these lifecycles the money of a dispute is withdrawn at most once and reinstated at most once: by the event that
 * names the movement, else by the status.
 */
function disputeIn({ id, object, amount }: StripeObject, changes: Change[]): Entry[] {
  if (object !== 'dispute') return []
  const versions = changes.filter((other) => other.object.id === id).map((other) => other.object)
  const [out] = versions.flatMap((one) => one.balance_transactions).filter((one) => one.amount < 0)
  if (!out && !versions.some(({ status }) => status === 'lost')) return []
  const fee = out?.fee ?? 0
  const withdrawn: Entry = [
    `withdrawn:${id}:1`,
    `disputes ${amount}${fee > 0 ? ` + fees ${fee}` : ''} < cash ${amount + fee}`,
  ]
  const reinstated: Entry = [`reinstated:${id}:1`, movement('cash', [['disputes', amount]])]
  return versions.some(({ status }) => status === 'won') ? [withdrawn, reinstated] : [withdrawn]
}
