import type { BilledCreditNote, BilledInvoice, BilledPayment } from '@sluice/database/records'
import type { FetchObject } from '../../events/fetch-object.ts'
import type { Downloader } from '../assets/download.ts'
import { brandOfConnected, type DocumentBrand } from './brand.ts'
import { withAllLines } from './fetch-lines.ts'
import type { InvoiceDocument } from './invoice-document.ts'
import { type Make, makeHere } from './makers.ts'
import { numberOf, numberOfCreditNote } from './number.ts'
import type { PaperDocument } from './paper-document.ts'
import { downloadStripePdf } from './stripe-pdf.ts'

/** Makes the documents of payments and credit notes. */
export interface Documents {
  invoiceDocument: InvoiceDocument
  /** The payment with all lines of its invoice. @throws {UnreachableError} when Stripe does not answer. */
  complete(payment: BilledPayment): Promise<BilledPayment>
  receipt(payment: BilledPayment): Promise<PaperDocument>
  invoice(payment: BilledPayment, invoice: BilledInvoice): Promise<PaperDocument>
  /** @throws {UnreachableError} when Stripe does not answer. */
  creditNote(creditNote: BilledCreditNote): Promise<PaperDocument>
}

export interface DocumentsOptions {
  brand: DocumentBrand
  invoiceDocument: InvoiceDocument
  /** Undefined without an API key. */
  fetchObject: FetchObject | undefined
  stripePdfs: Downloader
  /** Default: in this thread. */
  make?: Make
}

export function createDocuments(options: DocumentsOptions): Documents {
  const { brand, invoiceDocument, fetchObject, stripePdfs, make = makeHere } = options
  const brandFor = ({ account, invoice }: Pick<BilledPayment, 'account' | 'invoice'>) =>
    account === null ? brand : brandOfConnected(brand, invoice?.details?.seller.name ?? null)

  async function ourInvoice(payment: BilledPayment, invoice: BilledInvoice): Promise<PaperDocument> {
    return make('invoice', payment, invoice, brandFor(payment))
  }

  async function ourCreditNote(creditNote: BilledCreditNote): Promise<PaperDocument> {
    const path = `/v1/credit_notes/${encodeURIComponent(creditNote.creditNoteId)}`
    return make('creditNote', await withAllLines(creditNote, path, fetchObject), brandFor(creditNote))
  }

  /** Stripe's own PDF; ours, with the reason, where that cannot be used. */
  async function stripeOr(url: string | null, stripes: Omit<PaperDocument, 'pdf'>, ours: () => Promise<PaperDocument>) {
    const pdf = await downloadStripePdf(url, stripePdfs)
    return typeof pdf === 'string' ? { ...(await ours()), fallback: pdf } : { ...stripes, pdf }
  }

  return {
    invoiceDocument,
    async complete(payment) {
      if (!payment.invoice) return payment
      const path = `/v1/invoices/${encodeURIComponent(payment.invoice.invoiceId)}`
      return { ...payment, invoice: await withAllLines(payment.invoice, path, fetchObject) }
    },
    receipt: (payment) => make('receipt', payment, brandFor(payment)),
    async invoice(payment, invoice) {
      const ours = () => ourInvoice(payment, invoice)
      if (invoiceDocument !== 'stripe') return ours()
      const stripes = { kind: 'invoice' as const, paymentId: payment.paymentId, number: numberOf(payment) }
      return stripeOr(invoice.invoicePdf, stripes, ours)
    },
    async creditNote(creditNote) {
      const ours = () => ourCreditNote(creditNote)
      if (invoiceDocument !== 'stripe') return ours()
      const number = numberOfCreditNote(creditNote)
      return stripeOr(creditNote.pdf, { kind: 'credit_note', paymentId: creditNote.creditNoteId, number }, ours)
    },
  }
}
