/** How many of an amount's last digits stand behind the point: https://docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '))
/** Whole amounts only, sent with two decimals all the same: https://docs.stripe.com/currencies#special-cases */
const WHOLE_WITH_TWO_DECIMALS = new Set(['isk', 'ugx'])

/**
 * An amount as a customer reads it: `$1,234.50`, `¥1,980`, `KWD 1.250`.
 * @param amount in the minor unit that Stripe uses for the currency, which is not always the one of ISO 4217.
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

/** Exact at any size, which a division of numbers is not. */
function decimalText(amount: bigint, digits: number): Intl.StringNumericLiteral {
  const sign = amount < 0n ? '-' : ''
  const padded = `${amount < 0n ? -amount : amount}`.padStart(digits + 1, '0')
  const text = digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`
  return `${sign}${text}` as Intl.StringNumericLiteral
}
