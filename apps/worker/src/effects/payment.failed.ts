import { paymentFailedLetter } from '../outbound/mail/letters/payment-failed.ts'
import type { Effector } from './effector.ts'
import { openInvoice } from './open-invoice.ts'
import { attemptOf } from './payload.ts'
import { tell } from './tell.ts'

/** A payment failed and Stripe will try again: the customer is told when, and where to pay before. */
export const tellPaymentFailed: Effector = async (message, tools) => {
  const invoice = await openInvoice(message, tools)
  if (typeof invoice === 'string') return invoice
  if (invoice.attemptCount > attemptOf(message)) return 'obsolete: there was a later attempt'
  return tell(message, tools, { kind: 'payment.failed', to: invoice.email, composition: paymentFailedLetter(invoice) })
}
