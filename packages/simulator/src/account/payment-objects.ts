import { amountOf, type CustomerState } from '../lifecycle/state.ts'
import { refundedOf } from '../lifecycle/steps/payment.ts'
import { chargeObject, invoicePaymentObject, paymentIntentObject } from '../stripe-objects/index.ts'
import type { ApiObject } from './change.ts'

/**
 * Objects that change together with `object`, without an event of their own in this lifecycle: the payment of an invoice or
 * an order, its intent and its charges.
 */
export function paymentObjects(state: CustomerState, object: ApiObject): ApiObject[] {
  if (object.object === 'invoice') return ofInvoice(state)
  if (object.object === 'checkout.session' && object['mode'] === 'payment') return ofOrder(state, object)
  if (object.object === 'payment_intent') return [chargeOf(state, object)]
  if (object.object === 'refund' || object.object === 'dispute') return [chargeOf(state, intentOf(state, true))]
  return []
}

/** An invoice that was never charged has no payment. */
function ofInvoice(state: CustomerState): ApiObject[] {
  const { invoice } = state
  if (invoice.attempts === 0 || amountOf(invoice) <= 0) return []
  const intent = intentOf(state, invoice.status === 'paid')
  const isVoid = invoice.status === 'void'
  return [isVoid ? { ...intent, status: 'canceled' } : intent, chargeOf(state, intent), invoicePaymentOf(state)]
}

function invoicePaymentOf({ id, invoice, payment }: CustomerState): ApiObject {
  const made = invoicePaymentObject({
    id: id('inpay_', `invoice payment ${invoice.index}`),
    invoiceId: invoice.id,
    paymentIntentId: payment.intentId,
    amount: amountOf(invoice),
    created: payment.created,
  })
  if (invoice.status === 'paid') return made
  const status = invoice.status === 'void' ? 'canceled' : 'open'
  return { ...made, amount_paid: null, status, status_transitions: { canceled_at: null, paid_at: null } }
}

/** A debit that takes days is `processing` meanwhile. */
function ofOrder(state: CustomerState, { payment_status, status }: ApiObject): ApiObject[] {
  if (status === 'expired') return []
  const intent = intentOf(state, payment_status === 'paid')
  if (payment_status === 'paid') return [intent, chargeOf(state, intent)]
  return [{ ...intent, last_payment_error: null, latest_charge: null, status: 'processing' }]
}

const intentOf = ({ payment, customer, version }: CustomerState, succeeded: boolean): ApiObject =>
  paymentIntentObject({ ...payment, id: payment.intentId, customerId: customer.id, succeeded, version })

/** The charge of an intent; a failed one until an attempt succeeds. */
function chargeOf({ payment, customer, version }: CustomerState, intent: ApiObject): ApiObject {
  const isLast = intent.id === payment.intentId
  const hasFailed = intent['status'] !== 'succeeded'
  const charge = chargeObject({
    id: `${intent['latest_charge']}`,
    paymentIntentId: intent.id,
    customerId: customer.id,
    amount: Number(intent['amount']),
    created: isLast ? payment.created : Number(intent['created']),
    amountRefunded: isLast ? refundedOf(payment) : 0,
    disputed: isLast && payment.disputed,
    version,
  })
  return hasFailed ? { ...charge, ...FAILED } : charge
}

const FAILED = {
  amount_captured: 0,
  balance_transaction: null,
  captured: false,
  failure_code: 'card_declined',
  failure_message: 'Your card has insufficient funds.',
  paid: false,
  status: 'failed',
}
