import { paymentActionRequiredLetter } from '../outbound/mail/letters/payment-action-required.ts'
import type { Effector } from './effector.ts'
import { openInvoice } from './open-invoice.ts'
import { tell } from './tell.ts'

/** The customer's bank wants to hear from the customer: where to confirm the payment. */
export const askForAction: Effector = async (message, tools) => {
  const invoice = await openInvoice(message, tools)
  if (typeof invoice === 'string') return invoice
  const composition = paymentActionRequiredLetter(invoice)
  return tell(message, tools, { kind: 'payment.action_required', to: invoice.email, composition })
}
