import { type BilledInvoice, loadBilledInvoice } from '@sluice/database/records'
import type { EffectMessage, EffectTools } from './effector.ts'
import { given } from './payload.ts'

/** Nothing is owed any more (https://docs.stripe.com/invoicing/overview#invoice-statuses). */
const SETTLED = new Set(['paid', 'void'])

/** The invoice that a notice is about, as it is now; or why there is nothing left to say of it. */
export async function openInvoice(message: EffectMessage, { pool }: EffectTools): Promise<BilledInvoice | string> {
  const invoice = await loadBilledInvoice(pool, given(message, 'invoiceId'))
  if (!invoice) return 'the invoice is not known'
  return SETTLED.has(invoice.status) ? `obsolete: the invoice is ${invoice.status}` : invoice
}
