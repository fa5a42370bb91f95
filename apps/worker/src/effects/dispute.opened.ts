import { loadDispute, type OpenedDispute } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { moneyText } from '../outbound/format/currency.ts'
import { dayText } from '../outbound/format/date.ts'
import { type EmailContent, linkButton } from '../outbound/mail/email-content.ts'
import { defineEffect, id } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'
import { dashboardUrl, futureDate, STAFF_FOOTER } from './shared/email-parts.ts'

/** A customer disputed a charge with their bank: the staff must respond by a date. */
export const disputeOpened = defineEffect('dispute.opened', {
  payload: { disputeId: id },
  async run(message, tools) {
    const dispute = await loadDispute(tools.pool, message.payload.disputeId)
    if (!dispute) return skip('missing', 'the dispute is not known')
    return sendEmail(message, tools, disputeOpenedEmail(dispute, new Date()), { to: tools.mail.sender.address })
  },
})

export function disputeOpenedEmail(dispute: OpenedDispute, now: Date): EmailContent {
  const amount = moneyText(dispute.amount, dispute.currency)
  const due = futureDate(dispute.evidenceDueBy, now)
  return {
    subject: due ? `Dispute over ${amount}: respond by ${dayText(due)}` : `Dispute over ${amount}`,
    title: `A customer disputed ${amount}`,
    paragraphs: [
      due
        ? `Submit evidence in Stripe by ${dayText(due)}. Without a response, the dispute is lost.`
        : 'Open the dispute in Stripe to see how you can respond.',
    ],
    details: [
      ['Amount', amount],
      ['Reason', (dispute.reason ?? 'not given').replaceAll('_', ' ')],
      ['Status', dispute.status.replaceAll('_', ' ')],
      ['Dispute', dispute.disputeId],
      ...(dispute.chargeId ? [['Charge', dispute.chargeId] as [string, string]] : []),
      ...(dispute.account ? [['Account', dispute.account] as [string, string]] : []),
    ],
    button: linkButton('Respond in Stripe', dashboardUrl(dispute, `disputes/${dispute.disputeId}`)),
    footer: STAFF_FOOTER,
    isTest: dispute.livemode === false,
  }
}
