import type { BilledInvoice, BilledPayment } from '@sluice/database/records'
import type { FetchObject } from '../../events/fetch-object.ts'
import type { Downloader } from '../assets/download.ts'
import { brandOfConnected, type DocumentBrand } from './brand.ts'
import { withAllLines } from './fetch-lines.ts'
import type { InvoiceDocument } from './invoice-document.ts'
import { numberOf } from './number.ts'
import type { PaperDocument } from './paper-document.ts'
import { downloadStripePdf } from './stripe-pdf.ts'

/** Makes the documents of payments. */
export interface Documents {
  invoiceDocument: InvoiceDocument
  /** The payment with all lines of its invoice. @throws {UnreachableError} when Stripe does not answer. */
  complete(payment: BilledPayment): Promise<BilledPayment>
  receipt(payment: BilledPayment): Promise<PaperDocument>
  invoice(payment: BilledPayment, invoice: BilledInvoice): Promise<PaperDocument>
}

export interface DocumentsOptions {
  brand: DocumentBrand
  invoiceDocument: InvoiceDocument
  /** Undefined without an API key. */
  fetchObject: FetchObject | undefined
  stripePdfs: Downloader
}

export function createDocuments({ brand, invoiceDocument, fetchObject, stripePdfs }: DocumentsOptions): Documents {
  const brandFor = ({ account, invoice }: BilledPayment) =>
    account === null ? brand : brandOfConnected(brand, invoice?.details?.seller.name ?? null)

  async function ourInvoice(payment: BilledPayment, invoice: BilledInvoice): Promise<PaperDocument> {
    const { invoicePdf } = await import('./invoice.ts')
    return invoicePdf(payment, invoice, brandFor(payment))
  }

  return {
    invoiceDocument,
    async complete(payment) {
      if (!payment.invoice) return payment
      return { ...payment, invoice: await withAllLines(payment.invoice, fetchObject) }
    },
    async receipt(payment) {
      const { receiptPdf } = await import('./receipt.ts') // loaded on first use, to keep the start of a worker short
      return receiptPdf(payment, brandFor(payment))
    },
    async invoice(payment, invoice) {
      if (invoiceDocument !== 'stripe') return ourInvoice(payment, invoice)
      const pdf = await downloadStripePdf(invoice.invoicePdf, stripePdfs)
      if (typeof pdf === 'string') return { ...(await ourInvoice(payment, invoice)), fallback: pdf }
      return { kind: 'invoice', paymentId: payment.paymentId, number: numberOf(payment), pdf }
    },
  }
}
