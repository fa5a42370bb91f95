import type { BilledPayment } from '@sluice/database/records'

/** Stripe's invoice number where there is one, else the end of the payment's id, which Stripe makes unique. */
export const numberOf = ({ paymentId, invoice }: BilledPayment): string =>
  invoice?.number ?? (paymentId.split('_').at(-1) ?? paymentId).slice(-12).toUpperCase()
