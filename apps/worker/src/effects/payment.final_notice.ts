import { paymentFinalNoticeLetter } from '../outbound/mail/letters/payment-final-notice.ts'
import type { Effector } from './effector.ts'
import { openInvoice } from './open-invoice.ts'
import { tell } from './tell.ts'

/** A payment failed and no further attempt is planned: the customer must act, or loses what the invoice is for. */
export const sendFinalNotice: Effector = async (message, tools) => {
  const invoice = await openInvoice(message, tools)
  if (typeof invoice === 'string') return invoice
  const composition = paymentFinalNoticeLetter(invoice)
  return tell(message, tools, { kind: 'payment.final_notice', to: invoice.email, composition })
}
