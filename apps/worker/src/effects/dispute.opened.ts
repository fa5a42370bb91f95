import { loadDispute } from '@sluice/database/records'
import { disputeOpenedLetter } from '../outbound/mail/letters/dispute-opened.ts'
import type { Effector } from './effector.ts'
import { given } from './payload.ts'
import { tell } from './tell.ts'

/** A customer disputes a payment with their bank: our own people must answer, by a date. */
export const tellStaffOfDispute: Effector = async (message, tools) => {
  const dispute = await loadDispute(tools.pool, given(message, 'disputeId'))
  if (!dispute) return 'the dispute is not known'
  const composition = disputeOpenedLetter(dispute)
  return tell(message, tools, { kind: 'dispute.opened', to: tools.mail.sender.address, composition })
}
