import { type BilledInvoice, loadBilledInvoice } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { moneyText } from '../outbound/format/currency.ts'
import { type EmailContent, linkButton } from '../outbound/mail/email-content.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { dashboardUrl, STAFF_FOOTER } from './shared/email-parts.ts'

/** Stripe could not finalize an invoice, so its customer cannot pay it: the staff must fix the cause. */
export const invoiceFinalizationFailed = defineEffect('invoice.finalization_failed', {
  payload: { invoiceId: id },
  async run(message, tools) {
    const invoice = await loadBilledInvoice(tools.pool, message.payload.invoiceId)
    if (!invoice) return skip('missing', 'the invoice is not known')
    if (invoice.status !== 'draft') return skip('obsolete', `the invoice is ${invoice.status}`)
    return sendEmail(message, tools, finalizationFailedEmail(invoice), { to: tools.mail.sender.address })
  },
})

export const finalizationFailedEmail = (invoice: BilledInvoice): EmailContent => ({
  subject: 'An invoice could not be finalized',
  title: 'An invoice could not be finalized',
  paragraphs: [
    'Stripe could not finalize this draft invoice, so the customer cannot pay it. Common causes are a missing address and an invalid tax ID.',
    'Fix the cause in Stripe, then finalize the invoice again.',
  ],
  details: [
    ['Invoice', invoice.invoiceId],
    ['Amount', moneyText(invoice.amountDue, invoice.currency)],
    ...(invoice.account ? [['Account', invoice.account] as [string, string]] : []),
  ],
  button: linkButton('Open in Stripe', dashboardUrl(invoice, `invoices/${invoice.invoiceId}`)),
  footer: STAFF_FOOTER,
  isTest: invoice.livemode === false,
})
