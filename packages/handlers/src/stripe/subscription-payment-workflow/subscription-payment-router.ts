import { type Decision, type InvoiceOutcomeFact, processed, type StripeFact } from '@sluice/events'
import { customerOf, type Invoice, invoiceFact, outcomeOf, referencesOf } from '../invoice.ts'
import { generateInvoice } from './generate-invoice.ts'
import { generateReceipt } from './generate-receipt.ts'
import { paymentFailureHandling } from './payment-failure-handling.ts'
import { recordSubscriptionPayment } from './record-subscription-payment.ts'
import { updateAccounting } from './update-accounting.ts'

/** Sends the outcome of a charge on its way: money that came is booked and confirmed, money that did not is asked for. */
export function subscriptionPaymentRouter(
  outcome: InvoiceOutcomeFact['outcome'],
  invoice: Invoice,
  origin: StripeFact,
): Decision {
  const payment = recordSubscriptionPayment(outcome, invoice, origin)
  const facts = [
    ...customerOf(invoice, origin),
    ...outcomeOf(invoice, outcome, origin),
    invoiceFact(invoice, origin),
    ...referencesOf(invoice, origin),
    payment,
  ]
  if (outcome === 'failed') return processed(facts, paymentFailureHandling(invoice, payment))
  return processed([...facts, ...updateAccounting(payment)], [...generateReceipt(payment), ...generateInvoice(payment)])
}
