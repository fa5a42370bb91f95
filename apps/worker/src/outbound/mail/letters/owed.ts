import type { BilledInvoice } from '@sluice/database/records'
import { moneyText } from '../../format/currency.ts'
import { dayText } from '../../format/date.ts'
import { buttonTo, type Composition } from '../composition.ts'

/** What is still to be paid of an invoice. */
export const owedText = ({ amountDue, amountPaid, currency }: BilledInvoice): string =>
  moneyText(amountDue - amountPaid, currency)

/** What every letter about an open invoice lists. */
export const owedFacts = (invoice: BilledInvoice): [string, string][] => [
  ['Amount due', owedText(invoice)],
  ...(invoice.number ? [['Invoice', invoice.number] as [string, string]] : []),
  ...(invoice.nextPaymentAttempt ? [['Next attempt', dayText(invoice.nextPaymentAttempt)] as [string, string]] : []),
]

export const payButton = (invoice: BilledInvoice, label: string): Composition['button'] =>
  buttonTo(label, invoice.hostedInvoiceUrl)
