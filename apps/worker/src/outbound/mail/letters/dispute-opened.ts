import type { OpenedDispute } from '@sluice/database/records'
import { moneyText } from '../../format/currency.ts'
import { dayText } from '../../format/date.ts'
import { buttonTo, type Composition } from '../composition.ts'
import { dashboardUrl } from './dashboard.ts'
import { STAFF_FOOTER } from './why.ts'

export function disputeOpenedLetter(dispute: OpenedDispute): Composition {
  const amount = moneyText(dispute.amount, dispute.currency)
  const due = dispute.evidenceDueBy
  const url = dashboardUrl(dispute, `disputes/${dispute.disputeId}`)
  return {
    subject: due ? `Dispute over ${amount}: answer by ${dayText(due)}` : `Dispute over ${amount}`,
    title: `A customer disputes ${amount}`,
    paragraphs: [
      due
        ? `Their bank asks for your side. Send evidence in Stripe by ${dayText(due)}, or the money goes back to the customer.`
        : 'Their bank asks about this payment. Stripe shows what can be done.',
    ],
    facts: [
      ['Amount', amount],
      ['Reason', (dispute.reason ?? 'not given').replaceAll('_', ' ')],
      ['Status', dispute.status.replaceAll('_', ' ')],
      ['Dispute', dispute.disputeId],
      ...(dispute.chargeId ? [['Charge', dispute.chargeId] as [string, string]] : []),
      ...(dispute.account ? [['Account', dispute.account] as [string, string]] : []),
    ],
    button: buttonTo('Answer in Stripe', url),
    footer: STAFF_FOOTER,
    isTest: dispute.livemode === false,
  }
}
