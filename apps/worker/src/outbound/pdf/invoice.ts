import type { BilledInvoice, BilledPayment } from '@sluice/database/records'
import { moneyText } from '../format/currency.ts'
import { dayText, periodText } from '../format/date.ts'
import type { Sender } from '../mail/address.ts'
import { numberOf } from './number.ts'
import { draw } from './page.ts'
import type { PaperDocument } from './store-document.ts'
import { subtotals } from './totals.ts'

/** The document of a paid invoice. */
export async function invoicePdf(
  payment: BilledPayment,
  invoice: BilledInvoice,
  sender: Sender,
): Promise<PaperDocument> {
  const number = numberOf(payment)
  const { amountDue: total, currency, lines, tax, periodStart, periodEnd } = invoice
  const money = (amount: bigint) => moneyText(amount, currency)
  const issued = invoice.createdAt ?? payment.occurredAt
  const hasPeriod = periodStart && periodEnd && dayText(periodStart) !== dayText(periodEnd)
  const pdf = await draw({
    title: 'Invoice',
    sender,
    date: issued,
    facts: [
      ['Invoice number', number],
      ['Date of issue', dayText(issued)],
      ['Date paid', dayText(payment.occurredAt)],
      ...(hasPeriod ? [['Billing period', periodText(periodStart, periodEnd)] as [string, string]] : []),
    ],
    billedTo: payment.email,
    headline: `${money(total)}, paid on ${dayText(payment.occurredAt)}`,
    lines,
    currency,
    totals: [
      ...subtotals({ lines, tax, total, currency }),
      ['Total', money(total)],
      ['Amount paid', money(payment.amount)],
      ['Amount due', money(total > payment.amount ? total - payment.amount : 0n)],
    ],
    isTest: payment.livemode === false,
  })
  return { kind: 'invoice', paymentId: payment.paymentId, number, pdf }
}
