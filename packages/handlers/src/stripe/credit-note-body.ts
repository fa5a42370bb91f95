import type { CreditNoteContents, CreditNoteDetails } from '@sluice/events'
import { z } from 'zod'
import { LineBody } from './invoice-body.ts'
import { discountsOf, lineCountOf, readTaxes } from './invoice-details.ts'
import { Discount, TaxBody } from './invoice-details-body.ts'
import { lineReaderOf } from './invoice-line.ts'
import { isoOf } from './iso-time.ts'
import { amount, reference, seconds, shown } from './object.ts'
import { knownRates } from './tax-rates.ts'

const Refund = z.object({ refund: reference, amount_refunded: amount.nullish() })

const Taxes = shown(z.array(TaxBody))

const DiscountAmount = z.object({ amount, discount: shown(z.union([z.string(), Discount])) })

/** The fields of a credit note, in their places in every API version. */
export const CreditNoteBody = z.object({
  id: z.string().min(1),
  invoice: reference,
  customer: reference,
  number: shown(z.string()),
  status: z.string().nullish(),
  type: z.string().nullish(),
  reason: shown(z.string()),
  memo: shown(z.string()),
  currency: z.string().min(1),
  amount,
  subtotal: shown(amount),
  total: shown(amount),
  total_excluding_tax: shown(amount),
  total_taxes: Taxes,
  tax_amounts: Taxes,
  discount_amounts: shown(z.array(DiscountAmount)),
  shipping_cost: shown(z.object({ amount_subtotal: amount })),
  pre_payment_amount: amount.nullish(),
  post_payment_amount: amount.nullish(),
  out_of_band_amount: amount.nullish(),
  customer_balance_transaction: z.union([z.string(), z.object({ amount })]).nullish(),
  refunds: z.array(Refund).nullish(),
  refund: reference,
  lines: shown(z.object({ data: z.array(LineBody), has_more: shown(z.boolean()), total_count: shown(z.int()) })),
  pdf: shown(z.string()),
  created: seconds.nullish(),
  effective_at: shown(seconds),
  voided_at: shown(seconds),
})

type Body = z.output<typeof CreditNoteBody>

/** The columns of a credit note. */
export function creditNoteContentsOf(body: Body): CreditNoteContents {
  return {
    status: body.status ?? 'issued',
    number: body.number ?? null,
    type: body.type ?? null,
    reason: body.reason ?? null,
    memo: body.memo ?? null,
    currency: body.currency,
    amount: body.amount,
    amountExcludingTax: body.total_excluding_tax ?? null,
    tax: taxOf(body),
    prePaymentAmount: prePaymentOf(body),
    postPaymentAmount: postPaymentOf(body),
    customerBalanceAmount: customerBalanceOf(body),
    outOfBandAmount: outOfBandOf(body),
    refundIds: refundsOf(body).flatMap(({ refund }) => refund ?? []),
    lines: (body.lines?.data ?? []).map(lineReaderOf(rated(body))),
    details: detailsOf(body),
    pdf: body.pdf ?? null,
    created: isoOf(body.created),
    effectiveAt: isoOf(body.effective_at),
    voidedAt: isoOf(body.voided_at),
  }
}

const rated = ({ lines }: Body) => ({ default_tax_rates: null, lines })

function detailsOf(body: Body): CreditNoteDetails {
  const { subtotal, total, amount, shipping_cost, discount_amounts, total_taxes, tax_amounts } = body
  return {
    subtotal: subtotal ?? null,
    total: total ?? amount,
    shipping: shipping_cost?.amount_subtotal ?? null,
    discounts: discountsOf({ total_discount_amounts: discount_amounts }),
    taxes: readTaxes(total_taxes ?? tax_amounts ?? [], knownRates(rated(body))),
    lineCount: lineCountOf(body),
  }
}

/** Since 2025-03-31.basil in `total_taxes`. */
function taxOf({ total_taxes, tax_amounts }: Body): number | null {
  const parts = total_taxes ?? tax_amounts
  return parts ? parts.reduce((sum, part) => sum + part.amount, 0) : null
}

/** Before 2025-03-31.basil a credit note was either one of the two, and `type` says which. */
const prePaymentOf = ({ pre_payment_amount, type, amount }: Body): number =>
  pre_payment_amount ?? (type === 'pre_payment' ? amount : 0)

const postPaymentOf = ({ post_payment_amount, type, amount }: Body): number =>
  post_payment_amount ?? (type === 'post_payment' ? amount : 0)

/** Before 2025-03-31.basil a credit note had at most one refund. */
const refundsOf = ({ refunds, refund }: Body): z.output<typeof Refund>[] => refunds ?? (refund ? [{ refund }] : [])

/** A refund that names no `re_…` is one of a payment record: https://docs.stripe.com/api/payment-record */
function outOfBandOf(body: Body): number {
  const recorded = refundsOf(body).map(({ refund, amount_refunded }) => (refund ? 0 : (amount_refunded ?? 0)))
  return (body.out_of_band_amount ?? 0) + recorded.reduce((sum, part) => sum + part, 0)
}

/** A negative transaction is a credit: https://docs.stripe.com/billing/customer/balance */
function customerBalanceOf(body: Body): number | null {
  const transaction = body.customer_balance_transaction
  if (!transaction) return 0
  if (typeof transaction === 'object') return -transaction.amount
  const refunded = refundsOf(body).map(({ refund, amount_refunded }) => (refund ? amount_refunded : 0))
  const rest = postPaymentOf(body) - outOfBandOf(body)
  return refunded.reduce<number | null>(
    (sum, part) => (sum === null || part === null || part === undefined ? null : sum - part),
    rest,
  )
}
