import { type ApiVersion, isBeforeBasil, NEWEST_VERSION } from '../api-version.ts'

export interface CreditNoteOptions {
  id: string
  invoiceId: string
  customerId: string
  number: string
  status: 'issued' | 'void'
  /** `pre_payment` reduces what is due of an open invoice; `post_payment` gives back what was paid. */
  type: 'pre_payment' | 'post_payment'
  /** In the currency's minor unit, including tax. */
  amount: number
  tax: number
  /** The refund by which it is paid, if any. */
  refundId: string | null
  /** Unix seconds, as all times here. */
  created: number
  voidedAt?: number | null
  version?: ApiVersion
}

/** https://docs.stripe.com/api/credit_notes/object */
export function creditNoteObject({ version = NEWEST_VERSION, ...options }: CreditNoteOptions) {
  const { id, amount, tax, type, refundId, created } = options
  const isOld = isBeforeBasil(version)
  return {
    id,
    object: 'credit_note',
    amount,
    amount_shipping: 0,
    created,
    currency: 'usd',
    customer: options.customerId,
    customer_balance_transaction: null,
    discount_amount: 0,
    discount_amounts: [],
    effective_at: created,
    invoice: options.invoiceId,
    lines: {
      object: 'list',
      data: [
        {
          id: id.replace('cn_', 'cnli_'),
          object: 'credit_note_line_item',
          amount: amount - tax,
          description: 'Unused time on Pro',
          livemode: false,
          quantity: 1,
          type: 'custom_line_item',
        },
      ],
      has_more: false,
      url: `/v1/credit_notes/${id}/lines`,
    },
    livemode: false,
    memo: null,
    metadata: {},
    number: options.number,
    out_of_band_amount: null,
    pdf: `https://pay.stripe.com/credit_notes/${id}/pdf`,
    ...(isOld
      ? { refund: refundId, tax_amounts: [{ amount: tax, inclusive: false }] }
      : {
          post_payment_amount: type === 'post_payment' ? amount : 0,
          pre_payment_amount: type === 'pre_payment' ? amount : 0,
          refunds: refundId === null ? [] : [{ amount_refunded: amount, refund: refundId, type: 'refund' }],
          total_taxes: [{ amount: tax, tax_behavior: 'exclusive', type: 'tax_rate_details' }],
        }),
    reason: 'order_change',
    status: options.status,
    subtotal: amount - tax,
    subtotal_excluding_tax: amount - tax,
    total: amount,
    total_excluding_tax: amount - tax,
    type,
    voided_at: options.voidedAt ?? null,
  }
}
