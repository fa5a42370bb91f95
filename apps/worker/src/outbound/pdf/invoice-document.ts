/**
 * The document of an invoice: `attach`: one e-mail per payment, the invoice beside the receipt. `separate`: two e-mails.
 * `stripe`: as `attach`, with Stripe's PDF in place of ours. `none`: no document.
 */
export const INVOICE_DOCUMENTS = ['attach', 'separate', 'stripe', 'none'] as const

export type InvoiceDocument = (typeof INVOICE_DOCUMENTS)[number]
