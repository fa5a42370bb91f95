import type { BilledInvoice, BilledPayment } from '@sluice/database/records'
import type { EffectTools } from '../run/effector.ts'

/**
 * The invoice that goes along with the receipt of a payment. One that is not paid in full has no document yet. Where
 * receipts are not sent, the invoice goes by itself.
 */
export function invoiceWithReceipt(
  { amount, invoice }: BilledPayment,
  { documents, emailRules }: Pick<EffectTools, 'documents' | 'emailRules'>,
): BilledInvoice | null {
  const goesAlong = ['attach', 'stripe'].includes(documents.invoiceDocument) && emailRules.kinds.has('receipt')
  return goesAlong && amount > 0n && invoice?.status === 'paid' ? invoice : null
}
