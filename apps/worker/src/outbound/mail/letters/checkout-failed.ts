import type { BilledCheckout } from '@sluice/database/records'
import { moneyText } from '../../format/currency.ts'
import type { Composition } from '../composition.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export function checkoutFailedLetter({ amount, currency, livemode }: BilledCheckout): Composition {
  const money = amount !== null && currency !== null ? moneyText(amount, currency) : null
  return {
    subject: 'Your order could not be completed',
    title: 'Your payment did not arrive',
    paragraphs: [
      `Your bank did not complete the payment${money ? ` of ${money}` : ''}, so we could not complete your order. You owe nothing.`,
      'You are welcome to order again, perhaps with another way to pay.',
    ],
    footer: CUSTOMER_FOOTER,
    isTest: livemode === false,
  }
}
