import { paymentReminderLetter } from '../outbound/mail/letters/payment-reminder.ts'
import type { Effector } from './effector.ts'
import { openInvoice } from './open-invoice.ts'
import { attemptOf } from './payload.ts'
import { tell } from './tell.ts'

/** The next attempt is over and nothing was heard of it: the customer is reminded, if the invoice is still open. */
export const remindOfPayment: Effector = async (message, tools) => {
  const invoice = await openInvoice(message, tools)
  if (typeof invoice === 'string') return invoice
  if (invoice.status === 'uncollectible') return 'obsolete: the invoice is uncollectible'
  if (invoice.attemptCount > attemptOf(message)) return 'obsolete: there was a later attempt'
  return tell(message, tools, {
    kind: 'payment.reminder',
    to: invoice.email,
    composition: paymentReminderLetter(invoice),
  })
}
