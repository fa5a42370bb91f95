import type { BilledInvoice } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { z } from 'zod'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { awaitsConfirmation, loadOpenInvoice, wasAttemptedSince } from './shared/collection.ts'
import { futureDate } from './shared/email-parts.ts'
import { amountOwed, invoiceDetails } from './shared/open-invoice.ts'

/** A payment failed and Stripe will not retry it: the customer must pay to keep the service. */
export const paymentFinalNotice = defineEffect('payment.final_notice', {
  payload: { invoiceId: id, attempt: z.int() },
  async run(message, tools) {
    const { invoiceId, attempt } = message.payload
    const invoice = await loadOpenInvoice(invoiceId, tools)
    if ('reason' in invoice) return invoice
    if (wasAttemptedSince(attempt, invoice)) return skip('obsolete', 'there was a later attempt')
    if (awaitsConfirmation(invoice)) return skip('obsolete', 'the customer is asked to confirm the payment')
    if (invoice.nextPaymentAttempt !== null) return skip('obsolete', 'another attempt is planned')
    return sendEmail(message, tools, paymentFinalNoticeEmail(invoice, new Date()), {
      to: invoice.email,
      locales: invoice.locales,
    })
  },
})

/** Stripe may have scheduled another attempt since. An attempt whose date has passed is not mentioned. */
export function paymentFinalNoticeEmail(invoice: BilledInvoice, now: Date): Draft<'payment.final_notice'> {
  const amount = amountOwed(invoice)
  const date = futureDate(invoice.nextPaymentAttempt, now)
  const common = {
    kind: 'payment.final_notice' as const,
    details: { ...invoiceDetails(invoice), nextAttempt: date },
    link: invoice.hostedInvoiceUrl,
    isTest: invoice.livemode === false,
  }
  if (date) return { ...common, variant: 'withRetry', values: { amount, date } }
  if (invoice.nextPaymentAttempt === null) return { ...common, variant: 'withoutRetry', values: { amount } }
  return { ...common, values: { amount } }
}
