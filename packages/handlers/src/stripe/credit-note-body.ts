import type { CreditNoteContents, InvoiceLine } from '@sluice/events'
import { z } from 'zod'
import { amount, reference, seconds, shown } from './object.ts'

const Line = z.object({ description: shown(z.string()), quantity: shown(z.number()), amount })

const Refund = z.object({ refund: reference, amount_refunded: amount.nullish() })

const Taxes = shown(z.array(z.object({ amount })))

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
  total_excluding_tax: shown(amount),
  total_taxes: Taxes,
  tax_amounts: Taxes,
  pre_payment_amount: amount.nullish(),
  post_payment_amount: amount.nullish(),
  out_of_band_amount: amount.nullish(),
  customer_balance_transaction: z.union([z.string(), z.object({ amount })]).nullish(),
  refunds: z.array(Refund).nullish(),
  refund: reference,
  lines: shown(z.object({ data: z.array(Line) })),
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
    lines: (body.lines?.data ?? []).map(lineOf),
    pdf: body.pdf ?? null,
    created: isoOf(body.created),
    effectiveAt: isoOf(body.effective_at),
    voidedAt: isoOf(body.voided_at),
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

const lineOf = ({ description, quantity, amount }: z.output<typeof Line>): InvoiceLine => ({
  description: description ?? '',
  quantity: quantity ?? null,
  amount,
})

const isoOf = (time: Date | null | undefined): string | null => time?.toISOString() ?? null
