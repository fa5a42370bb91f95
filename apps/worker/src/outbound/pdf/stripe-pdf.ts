import { buffer } from 'node:stream/consumers'
import { AssetError } from '../assets/asset-error.ts'
import { createDownloader, type Downloader, type Network } from '../assets/download.ts'
import { UnreachableError } from '../unreachable.ts'

/** Hosts of `invoice_pdf`. */
const HOSTS = ['pay.stripe.com', 'invoice.stripe.com']
const MAX_BYTES = 10 * 1024 ** 2

/** Opens Stripe's own invoices. */
export const createStripePdfs = (network: Network, timeoutMs: number): Downloader =>
  createDownloader({ ...network, hosts: HOSTS, maxBytes: MAX_BYTES, timeoutMs, windowMs: timeoutMs, minBytes: 1 })

/** Stripe's PDF of an invoice, or the reason why there is none. */
export async function downloadStripePdf(url: string | null, downloader: Downloader): Promise<Buffer | string> {
  if (url === null) return 'no_invoice_pdf'
  try {
    const { body } = await downloader.download(url)
    const pdf = await buffer(body)
    return pdf.subarray(0, 5).toString() === '%PDF-' ? pdf : 'not_a_pdf'
  } catch (error) {
    if (error instanceof AssetError || error instanceof UnreachableError) return error.code
    throw error
  }
}
