import type { BilledInvoice } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { loadOpenInvoice, wasDeclinedSince } from './shared/collection.ts'
import { amountOwed, invoiceDetails } from './shared/open-invoice.ts'

/**
 * The customer's bank requires a confirmation of the payment: the e-mail links to the page where the customer can
 * confirm it.
 */
export const paymentActionRequired = defineEffect('payment.action_required', {
  payload: { invoiceId: id },
  async run(message, tools) {
    const invoice = await loadOpenInvoice(message.payload.invoiceId, tools)
    if ('reason' in invoice) return invoice
    if (wasDeclinedSince(invoice)) return skip('obsolete', 'there was a later attempt')
    return sendEmail(message, tools, paymentActionRequiredEmail(invoice), {
      to: invoice.email,
      locales: invoice.locales,
    })
  },
})

export const paymentActionRequiredEmail = (invoice: BilledInvoice): Draft<'payment.action_required'> => ({
  kind: 'payment.action_required',
  values: { amount: amountOwed(invoice) },
  details: invoiceDetails(invoice),
  link: invoice.hostedInvoiceUrl,
  isTest: invoice.livemode === false,
})
