import type { BilledPayment } from '@sluice/database/records'

/** Stripe's invoice number, else the end of the payment's id, which is unique. */
export const numberOf = ({ paymentId, invoice }: Pick<BilledPayment, 'paymentId' | 'invoice'>): string =>
  invoice?.number ?? (paymentId.split('_').at(-1) ?? paymentId).slice(-12).toUpperCase()
