import type { z } from 'zod'
import type { InvoiceBody } from './invoice-body.ts'
import type { Tax, TaxRate } from './invoice-details-body.ts'

interface KnownRate {
  rate: number | null
  name: string | null
}

type Rate = z.output<typeof TaxRate>

/** Tax rates by id. */
export type KnownRates = ReadonlyMap<string, KnownRate>

/** The tax rates that an invoice carries whole, by id. Taxes name their rate by its id alone. */
export function knownRates({ default_tax_rates, lines }: Pick<InvoiceBody, 'default_tax_rates' | 'lines'>) {
  const whole = [...(default_tax_rates ?? []), ...(lines?.data ?? []).flatMap(({ tax_rates }) => tax_rates ?? [])]
  return new Map(whole.map((rate) => [rate.id, knownRate(rate)]))
}

const knownRate = ({ percentage, display_name }: Rate): KnownRate => ({
  rate: percentage ?? null,
  name: display_name ?? null,
})

/** The rate of a tax, or a rate itself; undefined if only its id is known. */
export function rateOf(tax: Tax | Rate, rates: KnownRates): KnownRate | undefined {
  if (!('amount' in tax)) return knownRate(tax)
  const named = tax.tax_rate_details?.tax_rate ?? tax.tax_rate
  if (typeof named === 'string') return rates.get(named)
  return named ? knownRate(named) : undefined
}

/** Half percents up to 50: the steps in which nearly all rates of value-added and sales taxes are set. */
const STEPS = Array.from({ length: 100 }, (_, index) => (index + 1) / 2)

/** The only usual rate that gives `amount` for this base; null if none or several do. */
export function derivedRate({ amount, taxable_amount: base }: Pick<Tax, 'amount' | 'taxable_amount'>): number | null {
  if (!base || amount <= 0) return null
  const fitting = STEPS.filter((rate) => Math.abs((base * rate) / 100 - amount) <= 0.5)
  return fitting.length === 1 ? (fitting[0] ?? null) : null
}
