import type { BilledInvoice } from '@sluice/database/records'
import { moneyText } from '../../format/currency.ts'
import { buttonTo, type Composition } from '../composition.ts'
import { dashboardUrl } from './dashboard.ts'
import { STAFF_FOOTER } from './why.ts'

export const finalizationFailedLetter = (invoice: BilledInvoice): Composition => ({
  subject: 'An invoice could not be finalized',
  title: 'An invoice could not be finalized',
  paragraphs: [
    'Stripe could not finish this draft, so the customer cannot pay it. Often an address or a tax id is missing; Stripe shows which.',
    'Once that is mended, finalize the invoice again in Stripe.',
  ],
  facts: [
    ['Invoice', invoice.invoiceId],
    ['Amount', moneyText(invoice.amountDue, invoice.currency)],
    ...(invoice.account ? [['Account', invoice.account] as [string, string]] : []),
  ],
  button: buttonTo('Open in Stripe', dashboardUrl(invoice, `invoices/${invoice.invoiceId}`)),
  footer: STAFF_FOOTER,
  isTest: invoice.livemode === false,
})
