import { loadDispute, type OpenedDispute } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { defineEffect, id } from './run/effector.ts'
import { notifyStaff } from './run/send-email.ts'
import { dashboardUrl, futureDate } from './shared/email-parts.ts'

/** A customer disputed a charge with their bank: the staff must respond by a date. */
export const disputeOpened = defineEffect('dispute.opened', {
  payload: { disputeId: id },
  async run(message, tools) {
    const dispute = await loadDispute(tools.pool, message.payload.disputeId)
    if (!dispute) return skip('missing', 'the dispute is not known')
    return notifyStaff(message, tools, disputeOpenedEmail(dispute, new Date()))
  },
})

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
  return date ? { ...common, variant: 'withDueDate', values: { amount, date } } : { ...common, values: { amount } }
}
