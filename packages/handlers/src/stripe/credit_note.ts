import { effectKey, type Handler, processed, RECEIPT_SECONDS } from '@sluice/events'
import { read } from '../read.ts'
import { CreditNoteBody, creditNoteContentsOf } from './credit-note-body.ts'
import { customerNamed } from './customer-named.ts'
import { dataOf, originOf } from './object.ts'

/**
 * A credit note was issued, changed or voided.
 *
 * Its document is sent once, unless it is void by then.
 *
 * It moves no money by itself. What is refunded has events of its own; the exception is the amount that is given back
 * outside Stripe, which no other event names.
 *
 * https://docs.stripe.com/invoicing/integration/programmatic-credit-notes
 */
export const onCreditNote: Handler = (event) => {
  const body = read(CreditNoteBody, dataOf(event).object, 'credit note')
  const origin = originOf(event)
  const contents = creditNoteContentsOf(body)
  return processed(
    [
      ...customerNamed({ customerId: body.customer }, origin),
      {
        kind: 'creditNote',
        creditNoteId: body.id,
        invoiceId: body.invoice ?? null,
        customerId: body.customer ?? null,
        contents: event.type === 'credit_note.voided' ? { ...contents, status: 'void' } : contents,
        ...origin,
      },
    ],
    [
      {
        key: effectKey(origin, `credit_note:${body.id}`),
        kind: 'credit_note',
        payload: { creditNoteId: body.id },
        waitSeconds: RECEIPT_SECONDS,
      },
    ],
  )
}
