import type { BilledInvoice } from '@sluice/database/records'
import type { Composition } from '../composition.ts'
import { owedFacts, owedText, payButton } from './owed.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export function paymentActionRequiredLetter(invoice: BilledInvoice): Composition {
  const amount = owedText(invoice)
  return {
    subject: `Please confirm your payment of ${amount}`,
    title: 'Your bank asks you to confirm a payment',
    paragraphs: [
      `Your bank wants to be sure that it is you who pays ${amount}. Confirming takes a minute, in your banking app or by a code.`,
      'Until then nothing is charged.',
    ],
    facts: owedFacts({ ...invoice, nextPaymentAttempt: null }),
    button: payButton(invoice, 'Confirm payment'),
    footer: CUSTOMER_FOOTER,
    isTest: invoice.livemode === false,
  }
}
