import { loadBilledCheckout } from '@sluice/database/records'
import { checkoutFailedLetter } from '../outbound/mail/letters/checkout-failed.ts'
import type { Effector } from './effector.ts'
import { given } from './payload.ts'
import { tell } from './tell.ts'

/** A payment that takes days, as a bank debit does, failed in the end: the buyer is told that nothing was bought. */
export const tellCheckoutFailed: Effector = async (message, tools) => {
  const checkout = await loadBilledCheckout(tools.pool, given(message, 'sessionId'))
  if (!checkout) return 'the checkout is not known'
  if (checkout.paymentStatus === 'paid') return 'obsolete: it is paid'
  const composition = checkoutFailedLetter(checkout)
  return tell(message, tools, { kind: 'checkout.failed', to: checkout.email, composition })
}
