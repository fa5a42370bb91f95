import { type BilledCreditNote, loadBilledCreditNote } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { storeDocument } from '../outbound/pdf/store-document.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'

/** A credit note was issued: stores its PDF and sends it to the customer. */
export const creditNote = defineEffect('credit_note', {
  payload: { creditNoteId: id },
  lane: 'documents',
  async run(message, tools) {
    const { pool, documents } = tools
    if (documents.invoiceDocument === 'none') return skip('switched_off')
    const loaded = await loadBilledCreditNote(pool, message.payload.creditNoteId, message.occurredAt)
    if (!loaded) return skip('missing', 'the credit note is not known')
    if (loaded.status === 'void') return skip('obsolete', 'the credit note is void')

    const document = await documents.creditNote(loaded)
    const attachments = [await storeDocument(message, tools, document)]
    const content = creditNoteEmail(loaded, document.number)
    return sendEmail(message, tools, content, { to: loaded.email, locales: loaded.locales, attachments })
  },
})

export function creditNoteEmail(creditNote: BilledCreditNote, number: string): Draft<'credit_note'> {
  const { currency, invoice, issuedAt, livemode } = creditNote
  const amount = { amount: creditNote.amount, currency }
  return {
    kind: 'credit_note',
    ...variantOf(creditNote),
    values: { number, amount },
    details: { amount, invoice: invoice?.number ?? null, date: issuedAt },
    isTest: livemode === false,
  }
}

/** How the whole amount is given back; none if in several ways, or in a way that is not known. */
function variantOf({ amount, prePaymentAmount, customerBalanceAmount, outOfBandAmount }: BilledCreditNote) {
  if (prePaymentAmount === amount) return { variant: 'lowersDue' as const }
  if (customerBalanceAmount === amount) return { variant: 'toBalance' as const }
  const isRefunded = prePaymentAmount === 0n && customerBalanceAmount === 0n && outOfBandAmount === 0n
  return isRefunded ? { variant: 'refunded' as const } : {}
}
