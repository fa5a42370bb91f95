export interface PaperDocument {
  kind: 'receipt' | 'invoice'
  paymentId: string
  number: string
  pdf: Buffer
  /** Why Stripe's own PDF could not be used. */
  fallback?: string
}
