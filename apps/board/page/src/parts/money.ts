/** https://docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '))
const THREE_DECIMAL = new Set('BHD JOD KWD OMR TND'.split(' '))

/**
 * An amount as money, exact at any size: `$1,234.50`, `1.234,50 €`, `¥1,980`.
 *
 * @param minor an integer in the minor unit that Stripe uses for the currency; text where it may exceed 2^53
 */
export function formatMoney(minor: string | number, currency: string, locale?: string): string {
  const code = currency.toUpperCase()
  if (!/^[A-Z]{3}$/.test(code)) return `${minor} ${currency}` // an account of the ledger that counts no money
  const digits = ZERO_DECIMAL.has(code) ? 0 : THREE_DECIMAL.has(code) ? 3 : 2
  const style = {
    style: 'currency',
    currency: code,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  } as const
  return new Intl.NumberFormat(locale, style).format(decimalOf(String(minor), digits))
}

/** `-5` with two digits is `-0.05`. */
function decimalOf(minor: string, digits: number): Intl.StringNumericLiteral {
  const [, sign = '', number = '0'] = /^(-?)(\d+)$/.exec(minor) ?? []
  const padded = number.padStart(digits + 1, '0')
  const text = digits === 0 ? padded : `${padded.slice(0, -digits)}.${padded.slice(-digits)}`
  return `${sign}${text}` as Intl.StringNumericLiteral
}
