import { loadBilledInvoice } from '@sluice/database/records'
import { finalizationFailedLetter } from '../outbound/mail/letters/finalization-failed.ts'
import type { Effector } from './effector.ts'
import { given } from './payload.ts'
import { tell } from './tell.ts'

/** Stripe could not finish an invoice, so nobody can pay it: our own people must mend it. */
export const tellStaffOfFinalization: Effector = async (message, tools) => {
  const invoice = await loadBilledInvoice(tools.pool, given(message, 'invoiceId'))
  if (!invoice) return 'the invoice is not known'
  if (invoice.status !== 'draft') return `obsolete: the invoice is ${invoice.status}`
  const composition = finalizationFailedLetter(invoice)
  return tell(message, tools, { kind: 'invoice.finalization_failed', to: tools.mail.sender.address, composition })
}
