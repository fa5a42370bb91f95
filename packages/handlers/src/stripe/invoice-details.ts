import type { InvoiceDetails, InvoiceDiscount, InvoiceTax } from '@sluice/events'
import { buyerOf } from './buyer.ts'
import type { InvoiceBody } from './invoice-body.ts'
import type { Tax } from './invoice-details-body.ts'
import { isoOf } from './iso-time.ts'
import { derivedRate, type KnownRates, knownRates, rateOf } from './tax-rates.ts'

/** The part of an invoice that only its document shows: https://docs.stripe.com/api/invoices/object */
export function invoiceDetailsOf(body: InvoiceBody): InvoiceDetails {
  return {
    subtotal: body.subtotal ?? null,
    total: body.total ?? null,
    shipping: body.amount_shipping ?? null,
    discounts: discountsOf(body),
    taxes: taxesOf(body),
    startingBalance: body.starting_balance ?? null,
    endingBalance: body.ending_balance ?? null,
    credited: body.pre_payment_credit_notes_amount ?? 0,
    paidOutside: body.amount_paid_off_stripe ?? 0,
    lineCount: lineCountOf(body),
    issuedAt: isoOf(body.effective_at ?? body.status_transitions?.finalized_at),
    dueAt: isoOf(body.due_date),
    description: body.description ?? null,
    footer: body.footer ?? null,
    customFields: body.custom_fields ?? [],
    seller: {
      name: body.account_name ?? null,
      country: body.account_country ?? null,
      taxIds: (body.account_tax_ids ?? []).flatMap((id) => (typeof id === 'string' ? [] : (id.value ?? []))),
    },
    buyer: buyerOf({
      name: body.customer_name,
      address: body.customer_address,
      tax_ids: body.customer_tax_ids,
      tax_exempt: body.customer_tax_exempt,
    }),
  }
}

/** One more than the lines that are there, if Stripe does not say how many it left out. */
export function lineCountOf({ lines }: Pick<InvoiceBody, 'lines'>): number | null {
  if (!lines) return null
  return lines.total_count ?? lines.data.length + (lines.has_more ? 1 : 0)
}

function taxesOf(body: InvoiceBody): InvoiceTax[] {
  const rates = knownRates(body)
  const parts = body.total_taxes ?? body.total_tax_amounts
  return parts ? readTaxes(parts, rates) : oldTaxOf(body)
}

/** Reads the taxes of an invoice or a credit note. */
export const readTaxes = (taxes: Tax[], rates: KnownRates): InvoiceTax[] =>
  taxes.map((tax) => {
    const known = rateOf(tax, rates)
    return {
      amount: tax.amount,
      inclusive: tax.tax_behavior === 'inclusive' || tax.inclusive === true,
      rate: known?.rate ?? derivedRate(tax),
      name: known?.name ?? null,
      reason: tax.taxability_reason ?? null,
      taxableAmount: tax.taxable_amount ?? null,
    }
  })

/** Before tax rates, an invoice had one tax, on top: https://docs.stripe.com/changelog/2019-03-14 */
const oldTaxOf = ({ tax, tax_percent }: InvoiceBody): InvoiceTax[] =>
  tax
    ? [{ amount: tax, inclusive: false, rate: tax_percent ?? null, name: null, reason: null, taxableAmount: null }]
    : []

type Discounted = Partial<Pick<InvoiceBody, 'total_discount_amounts' | 'discounts' | 'discount'>>

/** Reads the discounts of an invoice or a credit note. */
export function discountsOf({ total_discount_amounts, discounts, discount }: Discounted): InvoiceDiscount[] {
  const whole = [discount ?? null, ...(discounts ?? [])].filter((one) => one !== null && typeof one === 'object')
  const nameById = new Map(whole.map((one) => [one.id, nameOf(one)]))
  const onlyName = whole.length === 1 ? nameOf(whole[0]) : null
  return (total_discount_amounts ?? []).map(({ amount, discount: given }) => ({
    amount,
    name: (typeof given === 'string' ? nameById.get(given) : nameOf(given)) ?? onlyName,
  }))
}

type Discount = NonNullable<InvoiceBody['discount']>

const nameOf = (discount: Discount | null | undefined): string | null => {
  const coupon = discount?.source?.coupon ?? discount?.coupon
  return coupon?.name ?? coupon?.id ?? null
}
