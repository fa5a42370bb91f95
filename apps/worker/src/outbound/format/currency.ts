/** Currencies without decimals: https://docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '))
/** Currencies with whole amounts only, which Stripe sends with two decimals: https://docs.stripe.com/currencies#special-cases */
const WHOLE_WITH_TWO_DECIMALS = new Set(['isk', 'ugx'])

/**
 * Formats an amount: `$1,234.50`, `¥1,980`, `KWD 1.250`.
 *
 * @param amount in the minor unit that Stripe uses for the currency, which is not always that of ISO 4217.
 */
export function moneyText(amount: bigint | number, currency: string): string {
  const code = currency.toLowerCase()
  const digits = digitsOf(code)
  const decimal = decimalText(BigInt(amount), digits)
  if (!/^[a-z]{3}$/.test(code)) return `${code.toUpperCase()} ${decimal}`
  const shown = WHOLE_WITH_TWO_DECIMALS.has(code) ? 0 : digits
  const format = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: code,
    minimumFractionDigits: shown,
    maximumFractionDigits: digits,
  })
  return format.format(decimal).replace(/[\u00a0\u202f]/g, ' ')
}

function digitsOf(code: string): number {
  if (ZERO_DECIMAL.has(code)) return 0
  return THREE_DECIMAL.has(code) ? 3 : 2
}

/** Exact at any size, unlike a division of numbers. */
function decimalText(amount: bigint, digits: number): Intl.StringNumericLiteral {
  const sign = amount < 0n ? '-' : ''
  const padded = `${amount < 0n ? -amount : amount}`.padStart(digits + 1, '0')
  const text = digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`
  return `${sign}${text}` as Intl.StringNumericLiteral
}
