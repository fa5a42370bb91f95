import { type Handler, type InvoiceOutcomeFact, processed, type StripeFact } from '@sluice/events'
import { z } from 'zod'
import {
  closingOf,
  customerOf,
  type Invoice,
  invoiceFact,
  outcomeOf,
  paymentOf,
  readInvoice,
  referencesOf,
} from './invoice.ts'
import { dataOf, originOf, seconds, shown } from './object.ts'

/** https://docs.stripe.com/api/invoices/object#invoice_object-status_transitions */
const Transitions = z.object({
  status_transitions: shown(
    z.object({ paid_at: shown(seconds), voided_at: shown(seconds), marked_uncollectible_at: shown(seconds) }),
  ),
})

/**
 * An invoice, and how it ended.
 *
 * It ended at the time that it names: an old invoice says nothing about a newer state of its subscription. Failed
 * attempts are not imported, because an invoice does not say when they were.
 */
export const onImportedInvoice: Handler = (event) => {
  const { object } = dataOf(event)
  const invoice = readInvoice(object)
  const origin = originOf(event)
  const ended = { ...origin, occurredAt: endOf(object, invoice) ?? origin.occurredAt }
  const hasPayment = invoice.contents.status === 'paid' || invoice.money.amount > 0
  return processed([
    ...customerOf(invoice, origin),
    ...endingOf(invoice, ended),
    invoiceFact(invoice, origin),
    ...referencesOf(invoice, origin),
    ...(hasPayment ? [paymentOf(invoice, invoice.contents.status === 'paid' ? ended : origin)] : []),
  ])
}

function endOf(object: unknown, { contents, created }: Invoice): Date | null {
  const { paid_at, voided_at, marked_uncollectible_at } = Transitions.safeParse(object).data?.status_transitions ?? {}
  switch (contents.status) {
    case 'paid':
      return paid_at ?? created
    case 'void':
      return voided_at ?? created
    case 'uncollectible':
      return marked_uncollectible_at ?? created
    default:
      return null
  }
}

const endingOf = (invoice: Invoice, ended: StripeFact): InvoiceOutcomeFact[] =>
  invoice.contents.status === 'paid' ? outcomeOf(invoice, 'paid', ended) : closingOf(invoice, ended)
