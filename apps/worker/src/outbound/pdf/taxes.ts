import { formatPercent } from '@sluice/emails'
import type { InvoiceTax } from '@sluice/events'
import type { Total } from './totals.ts'
import type { Words } from './words.ts'

/** Countries whose tax on sales is a value-added tax under the name that the labels give it. */
const VAT = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK GB CH LI NO IS JP'.split(' '),
)

/** The name of a tax that Stripe gives no name. */
export const nounOf = ({ labels }: Words, sellerCountry: string | null): string =>
  VAT.has(sellerCountry?.toUpperCase() ?? '') ? labels.vat : labels.tax

/** A row for each tax on top of the prices; one of zero says why it is. */
export const taxRows = (taxes: InvoiceTax[], noun: string, words: Words): Total[] =>
  grouped(taxes.filter(({ inclusive }) => !inclusive))
    .filter(isTold)
    .map((tax) => ({ label: capitalized(named(tax, noun, words), words), value: words.money(tax.amount) }))

/** A row for each tax within the prices. */
export const includedTaxRows = (taxes: InvoiceTax[], noun: string, words: Words): Total[] =>
  grouped(taxes.filter(({ inclusive }) => inclusive))
    .filter(isTold)
    .map((tax) => ({
      label: words.say('includes', { tax: named(tax, noun, words) }),
      value: words.money(tax.amount),
      kind: 'note',
    }))

const UNTOLD = new Set([null, 'not_collecting', 'not_supported', 'not_available', 'standard_rated'])

/** A tax of zero is told if the law gives a reason for it. */
const isTold = ({ amount, reason }: InvoiceTax): boolean => amount !== 0 || !UNTOLD.has(reason)

/** Taxes of the same kind as one. */
function grouped(taxes: InvoiceTax[]): InvoiceTax[] {
  const groups = new Map<string, InvoiceTax>()
  for (const tax of taxes) {
    const key = JSON.stringify([tax.name, tax.rate, tax.reason])
    const other = groups.get(key)
    groups.set(key, other ? { ...other, ...sumOf(other, tax) } : tax)
  }
  return [...groups.values()]
}

const sumOf = (a: InvoiceTax, b: InvoiceTax) => ({
  amount: a.amount + b.amount,
  taxableAmount: a.taxableAmount === null || b.taxableAmount === null ? null : a.taxableAmount + b.taxableAmount,
})

function named({ name, rate, reason, taxableAmount, amount }: InvoiceTax, noun: string, words: Words): string {
  const tax = name ?? noun
  const note = amount === 0 ? reasonText(reason, words) : null
  const percent = rate === null ? null : formatPercent(rate, words.language)
  const shown = [percent, note].filter((part) => part !== null).join(', ')
  if (!shown) return tax
  return taxableAmount === null
    ? words.say('taxAt', { tax, rate: shown })
    : words.say('taxOn', { tax, rate: shown, base: words.money(taxableAmount) })
}

function reasonText(reason: string | null, { labels }: Words): string | null {
  if (reason === 'reverse_charge') return labels.reverseCharge
  if (reason === 'zero_rated') return labels.zeroRated
  return reason ? labels.exempt : null
}

const capitalized = (text: string, { language }: Words): string =>
  text.charAt(0).toLocaleUpperCase(language) + text.slice(1)

/** The sentences that the law asks for where no tax is charged. */
export function taxNotes(taxes: InvoiceTax[], taxExempt: string | null, { labels }: Words): string[] {
  const has = (reason: string) => taxes.some((tax) => tax.reason === reason)
  if (taxExempt === 'reverse' || has('reverse_charge')) return [labels.reverseChargeNote]
  return taxExempt === 'exempt' || has('customer_exempt') ? [labels.exemptNote] : []
}
