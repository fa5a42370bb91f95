import { type BilledInvoice, loadBilledInvoice } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { defineEffect, id } from './run/effector.ts'
import { notifyStaff } from './run/send-email.ts'
import { dashboardUrl } from './shared/email-parts.ts'

/** Stripe could not finalize an invoice, so its customer cannot pay it: the staff must fix the cause. */
export const invoiceFinalizationFailed = defineEffect('invoice.finalization_failed', {
  payload: { invoiceId: id },
  async run(message, tools) {
    const invoice = await loadBilledInvoice(tools.pool, message.payload.invoiceId)
    if (!invoice) return skip('missing', 'the invoice is not known')
    if (invoice.status !== 'draft') return skip('obsolete', `the invoice is ${invoice.status}`)
    return notifyStaff(message, tools, finalizationFailedEmail(invoice))
  },
})

export const finalizationFailedEmail = (invoice: BilledInvoice): Draft<'invoice.finalization_failed'> => ({
  kind: 'invoice.finalization_failed',
  values: {},
  details: {
    invoice: invoice.invoiceId,
    amount: { amount: invoice.amountDue, currency: invoice.currency },
    account: invoice.account,
  },
  link: dashboardUrl(invoice, `invoices/${invoice.invoiceId}`),
  isTest: invoice.livemode === false,
})
