export { effectKey, RECEIPT_SECONDS } from '@sluice/events'

/**
 * How long an e-mail waits that another event of the same moment may change. Stripe sends the events of a moment within
 * a second or two, in any order.
 */
export const MOMENT_SECONDS = 10
