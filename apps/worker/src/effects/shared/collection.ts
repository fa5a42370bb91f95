import { loadOwedInvoice, type OwedInvoice } from '@sluice/database/records'
import { hasSubscriptionEnded, type Skip, skip } from '@sluice/events'
import type { EffectTools } from '../run/effector.ts'

/** Nothing is collected any more (https://docs.stripe.com/invoicing/overview#invoice-statuses). */
const CLOSED = new Set(['draft', 'paid', 'void', 'uncollectible', 'deleted'])

/** Events of one attempt are at most this far apart. */
const ATTEMPT_MS = 60_000

/** The current invoice, or the reason why its customer must not be asked to pay it. */
export async function loadOpenInvoice(invoiceId: string, { pool }: EffectTools): Promise<OwedInvoice | Skip> {
  const invoice = await loadOwedInvoice(pool, invoiceId)
  if (!invoice) return skip('missing', 'the invoice is not known')
  return reasonNotToCollect(invoice) ?? invoice
}

export function reasonNotToCollect(invoice: OwedInvoice): Skip | null {
  const { status, isCustomerDeleted, subscription } = invoice
  if (CLOSED.has(status)) return skip('obsolete', `the invoice is ${status}`)
  if (isCustomerDeleted) return skip('obsolete', 'the customer is deleted')
  if (subscription && hasSubscriptionEnded(subscription.status))
    return skip('obsolete', `the subscription is ${subscription.status}`)
  return reasonNotToRemind(invoice)
}

/** Whether the subscription has ended because this invoice was not paid. An old API version names no reason. */
export function hasEndedUnpaid({ status, failedAt, isCustomerDeleted, subscription }: OwedInvoice): boolean {
  if (!['open', 'uncollectible'].includes(status) || isCustomerDeleted || subscription?.status !== 'canceled')
    return false
  const { cancellationReason, canceledAt } = subscription
  if (cancellationReason !== null) return cancellationReason === 'payment_failed'
  return failedAt !== null && canceledAt !== null && Math.abs(canceledAt.getTime() - failedAt.getTime()) <= ATTEMPT_MS
}

/** The customer stands before the form where the payment failed, and sees it there. */
function reasonNotToRemind({ collectionMethod, billingReason, subscription }: OwedInvoice): Skip | null {
  if (collectionMethod === 'send_invoice') return skip('obsolete', 'the customer pays this invoice on its page')
  if (billingReason === 'subscription_update' && subscription?.pendingUpdate)
    return skip('obsolete', 'the change waits for its payment')
  const isFirst = billingReason === 'subscription_create' && (!subscription || subscription.status === 'incomplete')
  return isFirst ? skip('obsolete', 'the customer is paying the first invoice') : null
}

/** Whether an attempt that came after the e-mail's has failed. */
export const wasAttemptedSince = (attempt: number, { attemptCount }: OwedInvoice): boolean => attemptCount > attempt

/** Whether the customer has to confirm the latest attempt: a decline that only asks for it is no failure to them. */
export const awaitsConfirmation = (invoice: OwedInvoice): boolean =>
  invoice.actionRequiredAt !== null && !wasDeclinedSince(invoice)

/** Whether an attempt failed after the one that had to be confirmed. */
export const wasDeclinedSince = ({ actionRequiredAt, failedAt }: OwedInvoice): boolean =>
  actionRequiredAt !== null && failedAt !== null && failedAt.getTime() - actionRequiredAt.getTime() > ATTEMPT_MS
