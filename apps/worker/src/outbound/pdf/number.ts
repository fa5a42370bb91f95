import type { BilledCreditNote, BilledPayment } from '@sluice/database/records'

/** Stripe's invoice number, else the end of the payment's id, which is unique. */
export const numberOf = ({ paymentId, invoice }: Pick<BilledPayment, 'paymentId' | 'invoice'>): string =>
  invoice?.number ?? endOf(paymentId)

/** Stripe's number of a credit note, else the end of its id. */
export const numberOfCreditNote = ({ creditNoteId, number }: Pick<BilledCreditNote, 'creditNoteId' | 'number'>) =>
  number ?? endOf(creditNoteId)

const endOf = (id: string): string => (id.split('_').at(-1) ?? id).slice(-12).toUpperCase()
