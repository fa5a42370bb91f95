import type { BilledInvoice } from '@sluice/database/records'
import type { Composition } from '../composition.ts'
import { owedFacts, owedText, payButton } from './owed.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export function paymentReminderLetter(invoice: BilledInvoice): Composition {
  const amount = owedText(invoice)
  return {
    subject: `Reminder: ${amount} is still open`,
    title: `A reminder: ${amount} is still open`,
    paragraphs: [
      'We have not received your payment yet. If you paid in the last few hours, it may still be on its way, and there is nothing to do.',
      'Otherwise please pay now, or check the card or account that we charge.',
    ],
    facts: owedFacts({ ...invoice, nextPaymentAttempt: null }),
    button: payButton(invoice, 'Pay now'),
    footer: CUSTOMER_FOOTER,
    isTest: invoice.livemode === false,
  }
}
