import { hasPaidSince, loadCustomerEmail, loadCustomerLocales, loadReference } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { defineEffect, id, isoTime } from './run/effector.ts'
import { sendEmail } from './run/send-email.ts'

/** A payment that the host application created itself failed, and nothing was paid since: notifies the customer. */
export const paymentIntentFailed = defineEffect('payment_intent.failed', {
  payload: { paymentIntentId: id, customerId: id, failedAt: isoTime.exactOptional() },
  async run(message, tools) {
    const { paymentIntentId, customerId, failedAt } = message.payload
    const reference = await loadReference(tools.pool, paymentIntentId)
    if (reference?.succeeded) return skip('obsolete', 'the payment succeeded')
    if (reference?.paymentId)
      return skip('obsolete', 'it belongs to an invoice or a checkout, which has its own e-mail')
    if (failedAt && (await hasPaidSince(tools.pool, customerId, new Date(failedAt))))
      return skip('obsolete', 'the customer has paid since')
    const to = await loadCustomerEmail(tools.pool, { customerId, account: message.account })
    const locales = await loadCustomerLocales(tools.pool, customerId)
    return sendEmail(message, tools, paymentIntentFailedEmail(reference?.livemode === false), { to, locales })
  },
})

export const paymentIntentFailedEmail = (isTest: boolean): Draft<'payment_intent.failed'> => ({
  kind: 'payment_intent.failed',
  values: {},
  isTest,
})
