import type { BilledInvoice } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { currentTime } from '@sluice/runtime/clock'
import { z } from 'zod'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { awaitsConfirmation, loadOpenInvoice, wasAttemptedSince } from './shared/collection.ts'
import { futureDate } from './shared/email-parts.ts'
import { amountOwed, invoiceDetails } from './shared/open-invoice.ts'

/**
 * A payment failed and Stripe will retry it: the e-mail says when, and links to the page where the customer can pay
 * now.
 */
export const paymentFailed = defineEffect('payment.failed', {
  payload: { invoiceId: id, attempt: z.int() },
  async run(message, tools) {
    const { invoiceId, attempt } = message.payload
    const now = currentTime()
    const invoice = await loadOpenInvoice(invoiceId, tools)
    if ('reason' in invoice) return invoice
    if (wasAttemptedSince(attempt, invoice)) return skip('obsolete', 'there was a later attempt')
    if (awaitsConfirmation(invoice)) return skip('obsolete', 'the customer is asked to confirm the payment')
    if (invoice.nextPaymentAttempt === null)
      return skip('obsolete', 'no attempt is planned, and the final notice says so')
    if (!futureDate(invoice.nextPaymentAttempt, now))
      return skip('obsolete', 'the next attempt is due, and its reminder follows')
    return sendEmail(message, tools, paymentFailedEmail(invoice, now), { to: invoice.email, locales: invoice.locales })
  },
})

export function paymentFailedEmail(invoice: BilledInvoice, now: Date): Draft<'payment.failed'> {
  const amount = amountOwed(invoice)
  const date = futureDate(invoice.nextPaymentAttempt, now)
  const common = {
    kind: 'payment.failed' as const,
    details: { ...invoiceDetails(invoice), nextAttempt: date },
    link: invoice.hostedInvoiceUrl,
    isTest: invoice.livemode === false,
  }
  return date ? { ...common, variant: 'withRetry', values: { amount, date } } : { ...common, values: { amount } }
}
