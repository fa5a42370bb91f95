import { loadDispute, type OpenedDispute } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { type EffectPayloads, type Skip, skip } from '@sluice/events'
import { currentTime } from '@sluice/runtime/clock'
import { z } from 'zod'
import { defineEffect, id } from './run/effector.ts'
import { notifyStaff } from './run/send-email.ts'
import { dashboardUrl, futureDate } from './shared/email-parts.ts'

/** A customer disputed a charge with their bank, or the bank asks about it: the staff is told what there is to do. */
export const disputeOpened = defineEffect('dispute.opened', {
  payload: { disputeId: id, stage: z.enum(['inquiry', 'dispute']).exactOptional(), status: id.exactOptional() },
  async run(message, tools) {
    const dispute = await loadDispute(tools.pool, message.payload.disputeId)
    if (!dispute) return skip('missing', 'the dispute is not known')
    const over = reasonToSkip(dispute, message.payload)
    if (over) return over
    return notifyStaff(message, tools, disputeOpenedEmail(dispute, currentTime()))
  },
})

/** A dispute that was lost from the start is news. Any other closed one is over. */
function reasonToSkip({ status }: OpenedDispute, opened: EffectPayloads['dispute.opened']): Skip | null {
  if (opened.stage === 'inquiry' && !isInquiry(status)) return skip('obsolete', 'the inquiry has become a dispute')
  if (status === 'lost' && opened.status === 'lost') return null
  return CLOSED.has(status) ? skip('obsolete', `the dispute is ${status}`) : null
}

/** https://docs.stripe.com/api/disputes/object#dispute_object-status */
const CLOSED = new Set(['won', 'lost', 'warning_closed', 'prevented'])

const isInquiry = (status: string): boolean => status.startsWith('warning_')

export function disputeOpenedEmail(dispute: OpenedDispute, now: Date): Draft<'dispute.opened'> {
  const { disputeId, reason, status, chargeId, account, livemode } = dispute
  const amount = { amount: dispute.amount, currency: dispute.currency }
  const date = futureDate(dispute.evidenceDueBy, now)
  const details = {
    amount,
    reason: (reason ?? 'not given').replaceAll('_', ' '),
    status: status.replaceAll('_', ' '),
    dispute: disputeId,
    charge: chargeId,
    account,
  }
  const link = dashboardUrl(dispute, `disputes/${disputeId}`)
  const common = { kind: 'dispute.opened' as const, details, link, isTest: livemode === false }
  const values = { amount }
  if (status === 'lost') return { ...common, variant: 'lost', values }
  if (status === 'under_review') return { ...common, variant: 'underReview', values }
  if (status === 'warning_under_review') return { ...common, variant: 'inquiryUnderReview', values }
  if (isInquiry(status) && !date) return { ...common, variant: 'inquiry', values }
  if (!date) return { ...common, values }
  return { ...common, variant: isInquiry(status) ? 'inquiryWithDueDate' : 'withDueDate', values: { amount, date } }
}
