import type {
  CustomerFact,
  InvoiceContents,
  InvoiceFact,
  InvoiceOutcomeFact,
  PaymentFact,
  PaymentReferenceFact,
  StripeFact,
  UserLink,
} from '@sluice/events'
import { read } from '../read.ts'
import { billedUntil } from './billed-until.ts'
import { customerNamed } from './customer-named.ts'
import { InvoiceBody, subscriptionOf } from './invoice-body.ts'
import { invoiceContentsOf } from './invoice-contents.ts'
import { type InvoiceMoney, invoiceMoneyOf } from './invoice-money.ts'
import { referencesTo } from './payment-reference.ts'

/** The data of an invoice, independent of the API version. */
export interface Invoice {
  id: string
  customerId: string | null
  subscriptionId: string | null
  /** From the metadata of its subscription. */
  userId: string | null
  created: Date | null
  /** The end of the billing period that its lines charge for. */
  paidUntil: Date | null
  /** Its payment intents and charges, if the API version includes them. */
  references: string[]
  contents: InvoiceContents
  money: InvoiceMoney
}

/**
 * @param impliedStatus the status that the event type implies; default: the invoice's own.
 * @throws {EventError} `invalid_object` when the object is not an invoice.
 */
export function readInvoice(object: unknown, impliedStatus?: string): Invoice {
  const body = read(InvoiceBody, object, 'invoice')
  const stated = invoiceContentsOf(body)
  const contents = { ...stated, status: impliedStatus ?? stated.status }
  const payments = body.payments?.data.flatMap(({ payment }) => [payment?.payment_intent, payment?.charge]) ?? []
  return {
    id: body.id,
    customerId: body.customer ?? null,
    ...subscriptionOf(body),
    created: body.created ?? body.date ?? null,
    paidUntil: billedUntil(body),
    references: [...payments, body.payment_intent, body.charge].filter((id) => typeof id === 'string'),
    contents,
    money: invoiceMoneyOf(body, contents.status, contents.amountPaid, contents.tax),
  }
}

/** True if the customer owes nothing, whatever the event type. */
export const isSettled = ({ contents }: Invoice): boolean => ['paid', 'void', 'deleted'].includes(contents.status)

/**
 * The facts of every event of an invoice: its customer, the invoice, its payment references, what was paid, and whether it
 * is void or written off.
 */
export const factsOfInvoice = (invoice: Invoice, origin: StripeFact, attempt?: InvoiceFact['attempt']) => [
  ...customerOf(invoice, origin),
  ...closingOf(invoice, origin),
  invoiceFact(invoice, origin, attempt),
  ...referencesOf(invoice, origin),
  ...(invoice.money.amount > 0 ? [paymentOf(invoice, origin)] : []),
]

/** The payment of an invoice, in the amount that was paid so far. The id of the invoice identifies it. */
export function paymentOf(
  { id, customerId, subscriptionId, contents, money }: Invoice,
  origin: StripeFact,
): PaymentFact {
  const { overpaid, ...paid } = money
  return {
    kind: 'payment',
    paymentId: id,
    status: 'succeeded',
    stripeInvoiceId: id,
    stripeSubscriptionId: subscriptionId,
    stripeCustomerId: customerId,
    currency: contents.currency,
    money: paid,
    precedence: contents.status === 'paid' ? 1 + overpaid : 0,
    attemptCount: contents.attemptCount,
    nextPaymentAttempt: null,
    ...origin,
  }
}

export const customerOf = (invoice: Invoice, origin: StripeFact): CustomerFact[] =>
  customerNamed({ ...invoice, since: invoice.created }, origin)

export function invoiceFact(
  { id, customerId, subscriptionId, contents }: Invoice,
  origin: StripeFact,
  attempt?: InvoiceFact['attempt'],
): InvoiceFact {
  return {
    kind: 'invoice',
    invoiceId: id,
    customerId,
    subscriptionId,
    contents,
    ...(attempt && { attempt }),
    ...origin,
  }
}

/** The payment intents and charges that paid the invoice. */
export function referencesOf({ id, references, contents }: Invoice, origin: StripeFact): PaymentReferenceFact[] {
  const paid = contents.status === 'paid' && { succeeded: true }
  return referencesTo(references, origin, { invoiceId: id, ...paid })
}

/**
 * An invoice has the metadata that its subscription had when the invoice was made:
 * https://docs.stripe.com/api/invoices/object#invoice_object-parent-subscription_details-metadata
 */
const ownerOf = ({ userId, created }: Invoice): { links?: UserLink[] } =>
  userId === null ? {} : { links: [{ by: 'own', userId, ...(created && { since: created }) }] }

/**
 * Invoices that say nothing of their subscription:
 * https://docs.stripe.com/billing/invoices/subscription#generating-invoices
 */
const APART = new Set(['manual', 'quote_accept'])

/**
 * The outcome of an invoice for its subscription, if it counts. An invoice that the customer pays by hand makes the
 * subscription past due only after its due date, so its failed attempts do not count.
 */
export function outcomeOf(
  invoice: Invoice,
  outcome: InvoiceOutcomeFact['outcome'],
  origin: StripeFact,
): InvoiceOutcomeFact[] {
  const { subscriptionId, customerId, contents } = invoice
  if (!subscriptionId || !customerId || APART.has(contents.billingReason ?? '')) return []
  if (outcome === 'failed' && invoice.contents.collectionMethod === 'send_invoice') return []
  return [
    {
      kind: 'invoiceOutcome',
      subscriptionId,
      customerId,
      invoiceId: invoice.id,
      invoiceCreated: invoice.created ?? origin.occurredAt,
      outcome,
      billingReason: contents.billingReason,
      paidUntil: outcome === 'paid' ? invoice.paidUntil : null,
      ...ownerOf(invoice),
      ...origin,
    },
  ]
}

/** A failure to pay an invoice no longer counts when the invoice is void, or is written off. */
export const closingOf = (invoice: Invoice, origin: StripeFact): InvoiceOutcomeFact[] => {
  const { status } = invoice.contents
  return status === 'void' || status === 'uncollectible' ? outcomeOf(invoice, status, origin) : []
}
