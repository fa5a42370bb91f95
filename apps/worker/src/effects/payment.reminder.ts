import type { BilledInvoice } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { z } from 'zod'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { amountOwed, invoiceDetails, loadOpenInvoice } from './shared/open-invoice.ts'

/**
 * The next attempt was due but no event has reported its result: the e-mail reminds the customer of the open invoice.
 */
export const paymentReminder = defineEffect('payment.reminder', {
  payload: { invoiceId: id, attempt: z.int() },
  isScheduled: true,
  async run(message, tools) {
    const { invoiceId, attempt } = message.payload
    const invoice = await loadOpenInvoice(invoiceId, tools)
    if ('reason' in invoice) return invoice
    if (invoice.status === 'uncollectible') return skip('obsolete', 'the invoice is uncollectible')
    if (invoice.attemptCount > attempt) return skip('obsolete', 'there was a later attempt')
    return sendEmail(message, tools, paymentReminderEmail(invoice), { to: invoice.email, locales: invoice.locales })
  },
})

export const paymentReminderEmail = (invoice: BilledInvoice): Draft<'payment.reminder'> => ({
  kind: 'payment.reminder',
  values: { amount: amountOwed(invoice) },
  details: invoiceDetails(invoice),
  link: invoice.hostedInvoiceUrl,
  isTest: invoice.livemode === false,
})
