import type { BilledPayment } from '@sluice/database/records'
import { moneyText } from '../format/currency.ts'
import { dayText } from '../format/date.ts'
import type { Sender } from '../mail/address.ts'
import { numberOf } from './number.ts'
import { draw } from './page.ts'
import type { PaperDocument } from './store-document.ts'
import { subtotals } from './totals.ts'

/** The receipt of a payment. */
export async function receiptPdf(payment: BilledPayment, sender: Sender): Promise<PaperDocument> {
  const { amount, currency, occurredAt, invoice } = payment
  const number = numberOf(payment)
  const money = moneyText(amount, currency)
  const lines = invoice?.lines.length
    ? invoice.lines
    : [{ description: 'Payment', quantity: null, amount: Number(amount) }]
  const pdf = await draw({
    title: 'Receipt',
    sender,
    date: occurredAt,
    facts: [
      ['Receipt number', number],
      ['Date paid', dayText(occurredAt)],
    ],
    billedTo: payment.email,
    headline: `${money} paid on ${dayText(occurredAt)}`,
    lines,
    currency,
    totals: [...subtotals({ lines, tax: invoice?.tax ?? null, total: amount, currency }), ['Amount paid', money]],
    isTest: payment.livemode === false,
  })
  return { kind: 'receipt', paymentId: payment.paymentId, number, pdf }
}
