import { formatMoney } from '@sluice/emails'

/** An amount in English: `$1,234.50`. @param amount in the minor unit that Stripe uses for the currency. */
export const moneyText = (amount: bigint | number, currency: string): string =>
  formatMoney(amount, currency, 'en').replace(/[\u00a0\u202f]/g, ' ')
