import type { CreditNoteContents, CreditNoteFact } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { known, later } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

export interface CreditNoteRegisters extends Origin {
  invoiceId: string | null
  customerId: string | null
  latest: Dated<CreditNoteContents>
}

export const isVoid = ({ status }: Pick<CreditNoteContents, 'status'>): boolean => status === 'void'

/** A void credit note stays void: https://docs.stripe.com/api/credit_notes/void */
export const creditNoteMerge: Merge<CreditNoteFact, CreditNoteRegisters> = {
  table: 'credit_notes',
  key: 'stripe_credit_note_id',
  types: {
    livemode: 'boolean',
    amount: 'bigint',
    amount_excluding_tax: 'bigint',
    tax: 'bigint',
    pre_payment_amount: 'bigint',
    post_payment_amount: 'bigint',
    customer_balance_amount: 'bigint',
    out_of_band_amount: 'bigint',
    refund_ids: 'jsonb',
    lines: 'jsonb',
    details: 'jsonb',
    created_at: 'timestamptz',
    effective_at: 'timestamptz',
    voided_at: 'timestamptz',
  },
  shown: `stripe_invoice_id stripe_customer_id account livemode status type currency amount amount_excluding_tax tax
    pre_payment_amount post_payment_amount customer_balance_amount out_of_band_amount refund_ids created_at effective_at
    voided_at`,
  hostReads: `stripe_credit_note_id stripe_invoice_id stripe_customer_id account livemode number status type reason
    memo currency amount amount_excluding_tax tax pre_payment_amount post_payment_amount customer_balance_amount
    out_of_band_amount refund_ids lines details pdf created_at effective_at voided_at`,
  keyOf: ({ creditNoteId }) => creditNoteId,

  registersOf: (fact) => ({
    invoiceId: fact.invoiceId,
    customerId: fact.customerId,
    latest: dated(fact, fact.contents),
    ...originOf(fact),
  }),

  join: ofOneOrigin((a, b) => ({
    invoiceId: known(a.invoiceId, b.invoiceId) ?? null,
    customerId: known(a.customerId, b.customerId) ?? null,
    latest: later(a.latest, b.latest, ({ second, digest, contents }) => [isVoid(contents), second, digest]),
    ...joinOrigins(a, b),
  })),

  columnsOf: ({ invoiceId, customerId, latest: { contents }, ...origin }) => ({
    stripe_invoice_id: invoiceId,
    stripe_customer_id: customerId,
    number: contents.number,
    status: contents.status,
    type: contents.type,
    reason: contents.reason,
    memo: contents.memo,
    currency: contents.currency,
    amount: contents.amount,
    amount_excluding_tax: contents.amountExcludingTax,
    tax: contents.tax,
    pre_payment_amount: contents.prePaymentAmount,
    post_payment_amount: contents.postPaymentAmount,
    customer_balance_amount: contents.customerBalanceAmount,
    out_of_band_amount: contents.outOfBandAmount,
    refund_ids: contents.refundIds,
    lines: contents.lines,
    details: contents.details ?? null,
    pdf: contents.pdf,
    created_at: contents.created,
    effective_at: contents.effectiveAt,
    voided_at: contents.voidedAt,
    ...columnsOfOrigin(origin),
  }),
}
