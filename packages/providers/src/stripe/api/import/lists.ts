import { isObject } from '../../../text.ts'
import type { StripeObject } from './imported-object.ts'

/** A list of the API that an import reads to its end. */
export interface ImportList {
  /** Also the name of its cursor. */
  name: string
  path: string
  /** Parameters besides those of paging. */
  query?: string
  /** The permission of a restricted key that it needs, as the dashboard calls it. */
  permission: string
  /** The kind of its objects: `subscription` for `import.subscription`. */
  kind: string
  /** Paths of fields whose objects are fetched with it, instead of their ids. */
  expands?: readonly string[]
  /** Objects that give no fact are left out. Default: none. */
  isWanted?(object: StripeObject): boolean
  /** When it happened; default: its facts are about the state in which it was fetched. */
  happenedAt?(object: StripeObject): unknown
  /** Whether it can be limited to objects created since a time. Default: true. */
  hasCreated?: false
  /** Set if a later list has the same objects. */
  isRepeated?: true
  /** Whether everything that was imported before must be processed first. */
  comesLast?: true
}

const isOf = (...statuses: string[]) => {
  const wanted = new Set<unknown>(statuses)
  return ({ status }: StripeObject) => wanted.has(status)
}

const objectIn = (value: unknown): StripeObject => (isObject(value) ? value : {})

const SUBSCRIPTIONS: ImportList = {
  name: 'subscriptions',
  path: '/v1/subscriptions',
  permission: 'Subscriptions',
  kind: 'subscription',
  expands: ['default_payment_method'],
}

/**
 * The lists of an import, in the order in which they are read.
 *
 * Subscriptions that give access come before those that have ended: a user who has both keeps PREMIUM meanwhile. An
 * invoice or a session claims its payment before the payment itself is known, so that no payment is booked under an id
 * of its own first.
 */
export const IMPORT_LISTS: readonly ImportList[] = [
  { name: 'products', path: '/v1/products', permission: 'Products', kind: 'product' },
  { name: 'prices', path: '/v1/prices', query: 'active=true', permission: 'Prices', kind: 'price' },
  // A list of prices has active ones, unless it is asked for the others: https://docs.stripe.com/api/prices/list
  { name: 'archived_prices', path: '/v1/prices', query: 'active=false', permission: 'Prices', kind: 'price' },
  {
    name: 'customers',
    path: '/v1/customers',
    permission: 'Customers',
    kind: 'customer',
    expands: ['invoice_settings.default_payment_method'],
  },
  ...['active', 'trialing', 'past_due'].map((status) => ({
    ...SUBSCRIPTIONS,
    name: `${status}_subscriptions`,
    query: `status=${status}`,
    isRepeated: true as const,
  })),
  { ...SUBSCRIPTIONS, query: 'status=all', comesLast: true },
  {
    name: 'entitlements',
    // The customers that have entitlements have a subscription that has not ended, which is what it lists by default.
    path: '/v1/subscriptions',
    permission: 'Entitlements',
    kind: 'entitlement_summary',
    hasCreated: false,
  },
  { name: 'invoices', path: '/v1/invoices', permission: 'Invoices', kind: 'invoice' },
  {
    name: 'invoice_payments',
    path: '/v1/invoice_payments',
    permission: 'Invoices',
    kind: 'invoice_payment',
    isWanted: isOf('paid'),
    happenedAt: ({ status_transitions, created }) => objectIn(status_transitions)['paid_at'] ?? created,
  },
  {
    name: 'checkout_sessions',
    path: '/v1/checkout/sessions',
    permission: 'Checkout Sessions',
    kind: 'checkout_session',
    isWanted: isOf('complete', 'expired'),
  },
  {
    name: 'payment_intents',
    path: '/v1/payment_intents',
    permission: 'PaymentIntents',
    kind: 'payment_intent',
    expands: ['latest_charge'],
    // Of an intent without a charge nothing is known but that the buyer came.
    isWanted: ({ status, latest_charge }) => status === 'succeeded' || Boolean(latest_charge),
    happenedAt: ({ latest_charge, created }) => objectIn(latest_charge)['created'] ?? created,
  },
  {
    name: 'charges',
    path: '/v1/charges',
    permission: 'Charges and Refunds',
    kind: 'charge',
    isWanted: ({ status, captured }) => status === 'succeeded' && captured !== false,
    happenedAt: ({ created }) => created,
  },
  { name: 'refunds', path: '/v1/refunds', permission: 'Charges and Refunds', kind: 'refund' },
  { name: 'disputes', path: '/v1/disputes', permission: 'Disputes', kind: 'dispute' },
  { name: 'credit_notes', path: '/v1/credit_notes', permission: 'Credit notes', kind: 'credit_note' },
]

/** The lists by the names that an operator uses. */
export const IMPORT_GROUPS: Readonly<Record<string, readonly string[]>> = {
  catalogue: ['products', 'prices', 'archived_prices'],
  products: ['products'],
  prices: ['prices', 'archived_prices'],
  customers: ['customers'],
  subscriptions: ['active_subscriptions', 'trialing_subscriptions', 'past_due_subscriptions', 'subscriptions'],
  entitlements: ['entitlements'],
  invoices: ['invoices', 'invoice_payments'],
  payments: ['checkout_sessions', 'payment_intents', 'charges'],
  refunds: ['refunds'],
  disputes: ['disputes'],
  credit_notes: ['credit_notes'],
}

/**
 * Objects that these lists leave out.
 *
 * An invoice counts its attempts and does not date them. A charge that failed has a time, but neither its invoice (since
 * 2025-03-31.basil) nor the number of its attempt, which a payment by hand does not raise; and an attempt that fails
 * before the charge leaves none. So a failed attempt could not have the id that the webhook of the same attempt gives it,
 * and both would be recorded. No access depends on them: a subscription says itself that it is past due.
 * https://docs.stripe.com/api/invoices/object#invoice_object-attempt_count
 */
export const notReadOf = (lists: readonly ImportList[]): string[] =>
  lists.some(({ kind }) => kind === 'invoice') ? ['failed attempts to pay an invoice'] : []
