import type { BilledInvoice } from '@sluice/database/records'
import { dayText } from '../../format/date.ts'
import type { Composition } from '../composition.ts'
import { owedFacts, owedText, payButton } from './owed.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export function paymentFinalNoticeLetter(invoice: BilledInvoice): Composition {
  const amount = owedText(invoice)
  return {
    subject: `Action needed: we could not collect ${amount}`,
    title: 'We could not collect your payment',
    paragraphs: [
      `All attempts to collect ${amount} failed so far.`,
      invoice.nextPaymentAttempt
        ? `We will try once more on ${dayText(invoice.nextPaymentAttempt)}. To be safe, please pay now or change how you pay.`
        : 'We will not try again by ourselves. Please pay now or change how you pay; without a payment, what this invoice is for may end.',
    ],
    facts: owedFacts(invoice),
    button: payButton(invoice, 'Pay now'),
    footer: CUSTOMER_FOOTER,
    isTest: invoice.livemode === false,
  }
}
