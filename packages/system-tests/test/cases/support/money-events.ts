import { type Case, caseOf } from './case-files.ts'

type Fields = Record<string, unknown>

interface Change {
  type: string
  object: Fields
  /** Fields of the event itself, such as `account`. */
  event?: Fields
}

/** 2026-11-28. `caseOf` moves it near the present. */
const SECOND = 1_795_825_600

/** A case of events that happened one second after another. */
export const moneyCase = (...changes: Change[]): Case =>
  caseOf(
    changes.map(({ type, object, event }, index) => ({
      name: `${index + 1}-${type}`,
      body: JSON.stringify({
        ...{ id: `evt_${index + 1}`, object: 'event', api_version: '2026-10-28.endive', livemode: true },
        ...{ created: SECOND + index, type, data: { object }, ...event },
      }),
    })),
  )

/** The change happened on a connected account, or in test mode. */
export const inside = (event: Fields, change: Change): Change => ({ ...change, event })

export const intent = (fields: Fields = {}, type = 'payment_intent.succeeded'): Change => ({
  type,
  object: {
    ...{ id: 'pi_1', object: 'payment_intent', amount: 2000, amount_received: 2000, currency: 'usd' },
    ...{ status: 'succeeded', customer: 'cus_1', latest_charge: 'ch_1', metadata: {}, ...fields },
  },
})

export const charge = (fields: Fields = {}, type = 'charge.succeeded'): Change => ({
  type,
  object: {
    ...{ id: 'ch_1', object: 'charge', amount: 2000, amount_captured: 2000, captured: true, paid: true },
    ...{ currency: 'usd', customer: 'cus_1', payment_intent: null, metadata: {}, ...fields },
  },
})

export const session = (fields: Fields = {}, type = 'checkout.session.completed'): Change => ({
  type,
  object: {
    ...{ id: 'cs_1', object: 'checkout.session', mode: 'payment', status: 'complete', payment_status: 'paid' },
    ...{ customer: 'cus_1', customer_details: { email: 'ada@example.com' }, metadata: {}, subscription: null },
    ...{ invoice: null, invoice_creation: { enabled: false }, payment_intent: 'pi_1', setup_intent: null },
    ...{ amount_total: 2000, currency: 'usd', ...fields },
  },
})

export const invoice = (fields: Fields = {}, type = 'invoice.paid'): Change => ({
  type,
  object: {
    ...{ id: 'in_1', object: 'invoice', customer: 'cus_1', customer_email: 'ada@example.com', currency: 'usd' },
    ...{ status: 'paid', billing_reason: 'manual', collection_method: 'charge_automatically' },
    ...{ amount_due: 2000, amount_paid: 2000, amount_remaining: 0, subtotal: 2000, total: 2000 },
    ...{ starting_balance: 0, ending_balance: 0, attempt_count: 1, number: 'A-1', created: SECOND - 1000 },
    ...{ lines: { object: 'list', has_more: false, data: [] }, total_taxes: [], parent: null, ...fields },
  },
})

/** The invoice before it is paid in full. */
export const openInvoice = (amountPaid: number, fields: Fields = {}): Change =>
  invoice({ status: 'open', amount_paid: amountPaid, ...fields }, 'invoice.updated')

export const invoicePayment = (name: string, amount: number, fields: Fields = {}): Change => ({
  type: 'invoice_payment.paid',
  object: {
    ...{ id: `inpay_${name}`, object: 'invoice_payment', invoice: 'in_1', amount_paid: amount, currency: 'usd' },
    ...{ status: 'paid', payment: { type: 'payment_intent', payment_intent: `pi_${name}` }, ...fields },
  },
})

export const refund = (amount: number, fields: Fields = {}): Change => ({
  type: 'refund.created',
  object: {
    ...{ id: 're_1', object: 'refund', amount, currency: 'usd', status: 'succeeded' },
    ...{ payment_intent: 'pi_1', charge: 'ch_1', ...fields },
  },
})
