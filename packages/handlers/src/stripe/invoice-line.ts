import type { InvoiceLine } from '@sluice/events'
import type { z } from 'zod'
import { read } from '../read.ts'
import { creditTermsOf } from './credit-terms.ts'
import { type InvoiceBody, LineBody } from './invoice-body.ts'
import { isoOf } from './iso-time.ts'
import { knownRates, rateOf } from './tax-rates.ts'

type Line = z.output<typeof LineBody>

/** Reads lines of an invoice. Lines from before 2019 may have a plan instead of a description. */
export function lineReaderOf(body: Pick<InvoiceBody, 'default_tax_rates' | 'lines'>): (line: Line) => InvoiceLine {
  const rates = knownRates(body)
  return ({ description, plan, quantity, amount, period, ...line }) => ({
    description: description ?? plan?.nickname ?? plan?.name ?? '',
    quantity: quantity ?? null,
    amount,
    unitAmount: unitAmountOf({ plan, ...line }),
    taxRates: (line.taxes ?? line.tax_amounts ?? line.tax_rates ?? []).flatMap((tax) => rateOf(tax, rates)?.rate ?? []),
    periodStart: isoOf(period?.start),
    periodEnd: isoOf(period?.end),
  })
}

/** A line as `GET /v1/invoices/:id/lines` gives it. @throws {EventError} `invalid_object` when it is not a line. */
export function readInvoiceLine(object: unknown): InvoiceLine {
  const line = read(LineBody, object, 'invoice line')
  return lineReaderOf({ default_tax_rates: null, lines: { data: [line], has_more: null, total_count: null } })(line)
}

/** The price of a line, with the credits that it grants where the line contains it. */
export function soldBy({ pricing, price, plan, proration, parent }: Line) {
  const priceId = pricing?.price_details?.price ?? price?.id ?? plan?.id
  const creditTerms = creditTermsOf(price?.metadata) ?? creditTermsOf(plan?.metadata)
  const isProration =
    proration || parent?.subscription_item_details?.proration || parent?.invoice_item_details?.proration
  return {
    ...(priceId && { priceId }),
    ...(isProration && { isProration: true as const }),
    ...(creditTerms && { creditTerms }),
  }
}

type Priced = Pick<Line, 'pricing' | 'price' | 'plan' | 'unit_amount_decimal'>

const unitAmountOf = ({ pricing, price, plan, unit_amount_decimal }: Priced): string | null =>
  pricing?.unit_amount_decimal ??
  price?.unit_amount_decimal ??
  price?.unit_amount?.toString() ??
  plan?.amount?.toString() ??
  unit_amount_decimal ??
  null
