import type { BilledInvoice } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { currentTime } from '@sluice/runtime/clock'
import { z } from 'zod'
import { defineEffect, id, isoTime } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { loadOpenInvoice, wasAttemptedSince } from './shared/collection.ts'
import { amountOwed, invoiceDetails } from './shared/open-invoice.ts'

/**
 * The next attempt was due but no event has reported its result: the e-mail reminds the customer of the open invoice.
 */
export const paymentReminder = defineEffect('payment.reminder', {
  payload: { invoiceId: id, attempt: z.int(), after: isoTime.exactOptional() },
  isScheduled: true,
  async run(message, tools) {
    const { invoiceId, attempt, after } = message.payload
    const invoice = await loadOpenInvoice(invoiceId, tools)
    if ('reason' in invoice) return invoice
    if (wasAttemptedSince(attempt, invoice)) return skip('obsolete', 'there was a later attempt')
    if (isMoved(invoice.nextPaymentAttempt, after))
      return skip('obsolete', 'the attempt was moved, and has a reminder of its own')
    return sendEmail(message, tools, paymentReminderEmail(invoice), { to: invoice.email, locales: invoice.locales })
  },
})

/** A payload of an older version does not name the attempt that it follows. */
function isMoved(planned: Date | null, after: string | undefined): boolean {
  if (planned === null) return false
  return after === undefined ? planned > currentTime() : planned.getTime() !== new Date(after).getTime()
}

export const paymentReminderEmail = (invoice: BilledInvoice): Draft<'payment.reminder'> => ({
  kind: 'payment.reminder',
  values: { amount: amountOwed(invoice) },
  details: invoiceDetails(invoice),
  link: invoice.hostedInvoiceUrl,
  isTest: invoice.livemode === false,
})
