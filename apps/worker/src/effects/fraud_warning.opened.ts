import { loadFraudWarning, type OpenedFraudWarning } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { defineEffect, id } from './run/effector.ts'
import { notifyStaff } from './run/send-email.ts'
import { dashboardUrl } from './shared/email-parts.ts'

/** The card's issuer reported a charge as fraud: the staff may refund it before it is disputed. */
export const fraudWarningOpened = defineEffect('fraud_warning.opened', {
  payload: { fraudWarningId: id },
  async run(message, tools) {
    const warning = await loadFraudWarning(tools.pool, message.payload.fraudWarningId)
    if (!warning) return skip('missing', 'the fraud warning is not known')
    if (!warning.actionable) return skip('obsolete', 'the charge is refunded or disputed')
    return notifyStaff(message, tools, fraudWarningOpenedEmail(warning))
  },
})

export function fraudWarningOpenedEmail(warning: OpenedFraudWarning): Draft<'fraud_warning.opened'> {
  const { payment: amount, chargeId, paymentIntentId, fraudWarningId, account, livemode } = warning
  const details = {
    amount,
    fraudType: (warning.fraudType ?? 'not given').replaceAll('_', ' '),
    charge: chargeId,
    paymentIntent: paymentIntentId,
    warning: fraudWarningId,
    account,
  }
  const page = paymentIntentId ?? chargeId
  const link = page && dashboardUrl(warning, `payments/${page}`)
  const common = { kind: 'fraud_warning.opened' as const, details, link, isTest: livemode === false }
  return amount ? { ...common, variant: 'withAmount', values: { amount } } : { ...common, values: {} }
}
