import { loadCustomerEmail, loadReference } from '@sluice/database/records'
import { paymentIntentFailedLetter } from '../outbound/mail/letters/payment-intent-failed.ts'
import type { Effector } from './effector.ts'
import { given } from './payload.ts'
import { tell } from './tell.ts'

/** A payment that the host asked for itself did not go through: the customer is told. */
export const tellPaymentIntentFailed: Effector = async (message, tools) => {
  const reference = await loadReference(tools.pool, given(message, 'paymentIntentId'))
  if (reference?.succeeded) return 'obsolete: it succeeded'
  if (reference?.paymentId) return 'obsolete: its invoice or checkout tells the customer'
  const customerId = message.payload['customerId']
  const to = customerId ? await loadCustomerEmail(tools.pool, customerId) : null
  const composition = paymentIntentFailedLetter(reference?.livemode === false)
  return tell(message, tools, { kind: 'payment_intent.failed', to, composition })
}
