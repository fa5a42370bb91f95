import type { BilledInvoice } from '@sluice/database/records'
import { dayText } from '../../format/date.ts'
import type { Composition } from '../composition.ts'
import { owedFacts, owedText, payButton } from './owed.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export function paymentFailedLetter(invoice: BilledInvoice): Composition {
  const amount = owedText(invoice)
  return {
    subject: `Your payment of ${amount} did not go through`,
    title: 'Your payment did not go through',
    paragraphs: [
      `We could not collect ${amount}. This happens: a card expires, or a bank says no to an unusual payment.`,
      invoice.nextPaymentAttempt
        ? `We will try again on ${dayText(invoice.nextPaymentAttempt)}. You need not wait for that: you can pay now, or change how you pay.`
        : 'You can pay now, or change how you pay.',
    ],
    facts: owedFacts(invoice),
    button: payButton(invoice, 'Pay now'),
    footer: CUSTOMER_FOOTER,
    isTest: invoice.livemode === false,
  }
}
