import type { SentEvent } from '../../sent-event.ts'
import { type CreditNoteOptions, creditNoteObject } from '../../stripe-objects/index.ts'
import { amountOf, type CustomerState, DAY, emit } from '../state.ts'

/** Credit notes for the invoice: https://docs.stripe.com/invoicing/credit-notes */
export const creditNoteSteps = {
  /** The last refund, with the credit note that explains it. */
  credited: (state: CustomerState) => {
    const [refund] = state.payment.refunds
    if (!refund) throw new Error('a step is about a refund, and none was made before it')
    return note(state, 'credit_note.created', { type: 'post_payment', amount: refund.amount, refundId: refund.id })
  },
  credit_note_updated: (state: CustomerState) => {
    const [refund] = state.payment.refunds
    const rest = { amount: refund?.amount ?? 0, refundId: refund?.id ?? null }
    return note(state, 'credit_note.updated', { type: 'post_payment', ...rest })
  },
  /** Half of an open invoice is no longer due. */
  credited_before_payment: (state: CustomerState) =>
    note(state, 'credit_note.created', { type: 'pre_payment', amount: Math.floor(amountOf(state.invoice) / 2) }),
  credit_note_voided: (state: CustomerState) => {
    state.now += DAY
    return note(state, 'credit_note.voided', {
      ...{ type: 'pre_payment', amount: Math.floor(amountOf(state.invoice) / 2) },
      ...{ status: 'void', voidedAt: state.now },
    })
  },
}

type Note = Pick<CreditNoteOptions, 'type' | 'amount'> & Partial<CreditNoteOptions>

function note(state: CustomerState, type: string, options: Note): SentEvent {
  const { id, invoice, customer, version } = state
  const object = creditNoteObject({
    id: id('cn_', `credit note of invoice ${invoice.index}`),
    invoiceId: invoice.id,
    customerId: customer.id,
    number: `${customer.id.slice(-10).toUpperCase()}-${invoice.index}-CN-01`,
    status: 'issued',
    tax: Math.round((options.amount * 19) / 119),
    refundId: null,
    created: invoice.created,
    version,
    ...options,
  })
  return emit(state, type, object)
}
