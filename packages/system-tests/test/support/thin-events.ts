import { invoiceObject, MONTHLY, stripeEvent } from '@sluice/simulator'
import { type Stack, withStack } from '@sluice/testing'
import { type TestStripe, thinEvent, withStripe } from '@sluice/testing/stand-ins'

/** Failures end soon. */
export const QUICK = {
  EVENT_ATTEMPTS: '2',
  EVENT_BACKOFF_MS: '50',
  EVENT_BACKOFF_MAX_MS: '400',
  SWEEP_INTERVAL_MS: '300',
}

/** 2026-01-05 */
export const CREATED = 1_767_600_000

/** A stack that asks the stand-in. */
export const withBoth = <T>(use: (stack: Stack, stripe: TestStripe) => Promise<T>, env: Record<string, string> = {}) =>
  withStripe((stripe) => withStack({ env: { ...QUICK, ...stripe.env, ...env } }, (stack) => use(stack, stripe)))

/** Of no subscription: the worker asks Stripe for one that it has never seen. */
export const invoice = invoiceObject({
  id: 'in_1',
  customerId: 'cus_1',
  status: 'paid',
  amount: MONTHLY.amount,
  created: CREATED,
})
export const paid = stripeEvent('invoice.paid', invoice, { id: 'evt_paid', created: CREATED })
export const thinPaid = thinEvent(paid)
export const thinOnly = thinEvent(paid, { id: 'evt_thin_only', namesSnapshot: false })
