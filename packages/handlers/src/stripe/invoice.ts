import type {
  CustomerFact,
  InvoiceContents,
  InvoiceFact,
  InvoiceOutcomeFact,
  PaymentReferenceFact,
  StripeFact,
} from '@sluice/events'
import { read } from '../failure.ts'
import { customerNamed } from './customer-named.ts'
import { InvoiceBody, subscriptionOf } from './invoice-body.ts'
import { invoiceContentsOf } from './invoice-contents.ts'
import { referencesTo } from './payment-reference.ts'

/** What we read of an invoice, wherever its API version keeps it. */
export interface Invoice {
  id: string
  customerId: string | null
  subscriptionId: string | null
  /** From the metadata of its subscription. */
  userId: string | null
  created: Date | null
  /** The payment intents and charges that were made for it, where its shape names them. */
  references: string[]
  contents: InvoiceContents
}

/** @throws {EventError} `invalid_object` when it is no invoice. */
export function readInvoice(object: unknown): Invoice {
  const body = read(InvoiceBody, object, 'invoice')
  const payments = body.payments?.data.flatMap(({ payment }) => [payment?.payment_intent, payment?.charge]) ?? []
  return {
    id: body.id,
    customerId: body.customer ?? null,
    ...subscriptionOf(body),
    created: body.created ?? body.date ?? null,
    references: [...payments, body.payment_intent, body.charge].filter((id) => typeof id === 'string'),
    contents: invoiceContentsOf(body),
  }
}

/** The same invoice, as the type of an event says that it stands. */
export const withStatus = (invoice: Invoice, status: string): Invoice => ({
  ...invoice,
  contents: { ...invoice.contents, status },
})

/** Nothing is asked of the customer any more, whatever the event is called. */
export const isSettled = ({ contents }: Invoice): boolean => ['paid', 'void', 'deleted'].includes(contents.status)

/** What every event of an invoice tells: its customer, the invoice itself, and the payments made for it. */
export const factsOfInvoice = (invoice: Invoice, origin: StripeFact) => [
  ...customerOf(invoice, origin),
  invoiceFact(invoice, origin),
  ...referencesOf(invoice, origin),
]

export const customerOf = (invoice: Invoice, origin: StripeFact): CustomerFact[] => customerNamed(invoice, origin)

export function invoiceFact({ id, customerId, subscriptionId, contents }: Invoice, origin: StripeFact): InvoiceFact {
  return { kind: 'invoice', invoiceId: id, customerId, subscriptionId, contents, ...origin }
}

/** The payment of an invoice goes by the invoice's id. */
export function referencesOf({ id, references, contents }: Invoice, origin: StripeFact): PaymentReferenceFact[] {
  const paid = contents.status === 'paid' && { succeeded: true }
  return referencesTo(references, origin, { paymentId: id, ...paid })
}

/** How the charge ended for its subscription; none for an invoice that belongs to no subscription. */
export function outcomeOf(
  invoice: Invoice,
  outcome: InvoiceOutcomeFact['outcome'],
  origin: StripeFact,
): InvoiceOutcomeFact[] {
  if (!invoice.subscriptionId || !invoice.customerId) return []
  return [
    {
      kind: 'invoiceOutcome',
      subscriptionId: invoice.subscriptionId,
      customerId: invoice.customerId,
      invoiceId: invoice.id,
      invoiceCreated: invoice.created ?? origin.occurredAt,
      outcome,
      billingReason: invoice.contents.billingReason,
      ...origin,
    },
  ]
}
