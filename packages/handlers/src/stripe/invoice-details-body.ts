import { z } from 'zod'
import { amount, seconds, shown } from './object.ts'

/** The object itself if it was expanded, else null. */
const expanded = <Shape extends z.ZodRawShape>(shape: Shape) => shown(z.object(shape))

const text = shown(z.string())
const percent = shown(z.number())

/** https://docs.stripe.com/api/tax_rates/object */
export const TaxRate = z.object({ id: z.string(), display_name: text, percentage: percent })

const rateId = shown(z.union([z.string(), TaxRate]))

/** A tax of an invoice or a line: since 2025-03-31.basil with `tax_rate_details`, before with `tax_rate`. */
export const TaxBody = z.object({
  amount,
  tax_behavior: text,
  inclusive: shown(z.boolean()),
  tax_rate_details: shown(z.object({ tax_rate: rateId })),
  tax_rate: rateId,
  taxability_reason: text,
  taxable_amount: shown(amount),
})

export type Tax = z.output<typeof TaxBody>

const Coupon = expanded({ name: text, id: text })
export const Discount = z.object({ id: text, coupon: Coupon, source: expanded({ coupon: Coupon }) })

export const Address = shown(
  z.object({ line1: text, line2: text, city: text, state: text, postal_code: text, country: text }),
)

export const TaxIds = shown(z.array(z.object({ type: text, value: text })))

/** The fields of a line that only documents show. */
export const LineDetails = {
  pricing: expanded({ unit_amount_decimal: text, price_details: expanded({ price: text }) }),
  price: expanded({
    id: text,
    unit_amount_decimal: text,
    unit_amount: shown(amount),
    metadata: z.unknown().optional(),
  }),
  taxes: shown(z.array(TaxBody)),
  tax_amounts: shown(z.array(TaxBody)),
  tax_rates: shown(z.array(TaxRate)),
  unit_amount_decimal: text,
}

/** The fields of an invoice that only documents show. A wrong value is read as null: no money depends on it. */
export const DetailsBody = {
  subtotal: shown(amount),
  amount_shipping: shown(amount),
  tax_percent: percent,
  default_tax_rates: shown(z.array(TaxRate)),
  total_discount_amounts: shown(z.array(z.object({ amount, discount: shown(z.union([z.string(), Discount])) }))),
  discounts: shown(z.array(z.union([z.string(), Discount]))),
  discount: shown(Discount),
  effective_at: shown(seconds),
  status_transitions: expanded({ finalized_at: shown(seconds) }),
  due_date: shown(seconds),
  description: text,
  footer: text,
  custom_fields: shown(z.array(z.object({ name: z.string(), value: z.string() }))),
  account_name: text,
  account_country: text,
  account_tax_ids: shown(z.array(z.union([z.string(), z.object({ value: text })]))),
  customer_name: text,
  customer_address: Address,
  customer_tax_ids: TaxIds,
  customer_tax_exempt: text,
}
