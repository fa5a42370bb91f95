import type { FieldOf } from './collection.ts'
import type { StripeObject } from './stripe-object.ts'

/** The filters of a list, and what it leaves out without them. */
export interface ListRules {
  /** By query parameter: the value of an object that it is compared with. */
  filters: Record<string, FieldOf>
  /** Whether `created[gte]` and its like are accepted. Default: yes. */
  isTimed?: boolean
  /** Further parameters, which `includes` reads. */
  parameters?: readonly string[]
  /** Whether an object is listed that fits all filters. */
  includes?(object: StripeObject, query: URLSearchParams): boolean
}

const field =
  (name: string): FieldOf =>
  (object) =>
    object[name]

const fields = (...names: string[]): Record<string, FieldOf> =>
  Object.fromEntries(names.map((name) => [name, field(name)]))

const subscriptionOfInvoice: FieldOf = ({ parent }) =>
  (parent as { subscription_details?: { subscription: string } } | null)?.subscription_details?.subscription

const intentOfInvoicePayment: FieldOf = ({ payment }) => (payment as { payment_intent?: string }).payment_intent

const ENDED = ['canceled', 'incomplete_expired']

/** Any other parameter is refused; a list that is not named here takes every field as a filter. */
export const LISTS: Record<string, ListRules> = {
  /** https://docs.stripe.com/api/products/list */
  '/v1/products': { filters: fields('active', 'type', 'url') },
  /** https://docs.stripe.com/api/prices/list: "Returns a list of your active prices" */
  '/v1/prices': {
    filters: fields('active', 'currency', 'product', 'type'),
    includes: ({ active }, query) => query.has('active') || active === true,
  },
  /** https://docs.stripe.com/api/customers/list */
  '/v1/customers': { filters: fields('email') },
  /** https://docs.stripe.com/api/subscriptions/list: without `status`, "all subscriptions that have not been canceled" */
  '/v1/subscriptions': {
    filters: fields('customer', 'collection_method'),
    parameters: ['status'],
    includes: ({ status }, query) => hasStatus(`${status}`, query.get('status')),
  },
  /** https://docs.stripe.com/api/invoices/list */
  '/v1/invoices': {
    filters: { ...fields('customer', 'status', 'collection_method'), subscription: subscriptionOfInvoice },
  },
  /** https://docs.stripe.com/api/invoice-payment/list */
  '/v1/invoice_payments': {
    filters: { ...fields('invoice', 'status'), 'payment[payment_intent]': intentOfInvoicePayment },
  },
  /** https://docs.stripe.com/api/payment_intents/list */
  '/v1/payment_intents': { filters: fields('customer') },
  /** https://docs.stripe.com/api/charges/list */
  '/v1/charges': { filters: fields('customer', 'payment_intent', 'transfer_group') },
  /** https://docs.stripe.com/api/refunds/list */
  '/v1/refunds': { filters: fields('charge', 'payment_intent') },
  /** https://docs.stripe.com/api/disputes/list */
  '/v1/disputes': { filters: fields('charge', 'payment_intent') },
  /** https://docs.stripe.com/api/credit_notes/list */
  '/v1/credit_notes': { filters: fields('customer', 'invoice') },
  /** https://docs.stripe.com/api/checkout/sessions/list */
  '/v1/checkout/sessions': { filters: fields('customer', 'payment_intent', 'status', 'subscription') },
  /** https://docs.stripe.com/api/accounts/list */
  '/v1/accounts': { filters: {} },
  /** https://docs.stripe.com/api/payment_methods/list */
  '/v1/payment_methods': { filters: fields('customer', 'type'), isTimed: false },
}

function hasStatus(status: string, wanted: string | null): boolean {
  if (wanted === null) return status !== 'canceled'
  if (wanted === 'ended') return ENDED.includes(status)
  return wanted === 'all' || status === wanted
}
