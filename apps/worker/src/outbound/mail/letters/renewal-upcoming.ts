import { moneyText } from '../../format/currency.ts'
import { dayText } from '../../format/date.ts'
import type { Composition } from '../composition.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export interface Renewal {
  renewsAt: Date
  /** In the currency's minor unit. */
  amount: bigint
  currency: string
  isTest: boolean
}

export function renewalUpcomingLetter({ renewsAt, amount, currency, isTest }: Renewal): Composition {
  const day = dayText(renewsAt)
  return {
    subject: `Your subscription renews on ${day}`,
    title: `Your subscription renews on ${day}`,
    paragraphs: [
      amount > 0n
        ? `We will then charge ${moneyText(amount, currency)} the way you usually pay. There is nothing for you to do.`
        : 'Nothing will be charged for it. There is nothing for you to do.',
      'If you want to change or cancel your subscription, please do so before that day.',
    ],
    facts: [
      ['Renews on', day],
      ['Amount', moneyText(amount, currency)],
    ],
    footer: CUSTOMER_FOOTER,
    isTest,
  }
}
