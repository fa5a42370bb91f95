export interface PaperDocument {
  kind: 'receipt' | 'invoice' | 'credit_note'
  /** In case of a credit note, its own id: an invoice may have several. */
  paymentId: string
  number: string
  pdf: Buffer
  /** Why Stripe's own PDF could not be used. */
  fallback?: string
}
