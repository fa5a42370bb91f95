import type { BilledPayment } from '@sluice/database/records'
import { moneyText } from '../../format/currency.ts'
import { dayText } from '../../format/date.ts'
import type { Composition } from '../composition.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export function receiptLetter(payment: BilledPayment, number: string): Composition {
  const amount = moneyText(payment.amount, payment.currency)
  return {
    subject: `Your receipt for ${amount}`,
    title: `Thank you: we received ${amount}`,
    paragraphs: ['Your payment went through. The receipt is attached as a PDF for your records.'],
    facts: [
      ['Amount paid', amount],
      ['Date', dayText(payment.occurredAt)],
      ['Receipt', number],
    ],
    footer: CUSTOMER_FOOTER,
    isTest: payment.livemode === false,
  }
}
