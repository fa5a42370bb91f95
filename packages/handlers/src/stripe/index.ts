import type { Handler } from '@sluice/events'
import { onCheckoutSessionCompleted } from './checkout.session.completed.ts'
import { onSubscription } from './customer.subscription.ts'
import { onInvoicePaid } from './invoice.paid.ts'
import { onInvoicePaymentFailed } from './invoice.payment_failed.ts'

/**
 * The Stripe events we act on, under Stripe's own names.
 *
 * To handle another: write a file named after the event, then add its line here.
 */
export const stripeHandlers = {
  'checkout.session.completed': onCheckoutSessionCompleted,
  'customer.subscription.created': onSubscription,
  'customer.subscription.updated': onSubscription,
  'customer.subscription.deleted': onSubscription,
  'invoice.paid': onInvoicePaid,
  'invoice.payment_succeeded': onInvoicePaid,
  'invoice.payment_failed': onInvoicePaymentFailed,
} satisfies Record<string, Handler>

/** Thin events name an object and do not carry it: https://docs.stripe.com/event-destinations#thin-events */
export const isThin = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && 'object' in payload && payload.object === 'v2.core.event'
