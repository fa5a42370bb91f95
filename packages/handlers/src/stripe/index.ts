import type { Handler } from '@sluice/events'
import type { Stripe } from 'stripe'
import { onAccount } from './account.ts'
import { onChargeCaptured } from './charge.captured.ts'
import { onDispute } from './charge.dispute.ts'
import { onChargeRefunded } from './charge.refunded.ts'
import { onCheckoutSessionAsyncPaymentFailed } from './checkout.session.async_payment_failed.ts'
import { onCheckoutSessionCompleted } from './checkout.session.completed.ts'
import { onCheckoutSessionExpired } from './checkout.session.expired.ts'
import { onCreditNote } from './credit_note.ts'
import { onTrialWillEnd } from './customer.subscription.trial_will_end.ts'
import { onSubscription } from './customer.subscription.ts'
import { onCustomer } from './customer.ts'
import { onEntitlementSummary } from './entitlements.active_entitlement_summary.updated.ts'
import { onInvoiceFinalizationFailed } from './invoice.finalization_failed.ts'
import { onInvoicePaid } from './invoice.paid.ts'
import { onInvoicePaymentActionRequired } from './invoice.payment_action_required.ts'
import { onInvoicePaymentFailed } from './invoice.payment_failed.ts'
import { onInvoiceUpcoming } from './invoice.upcoming.ts'
import { onInvoiceUpdated } from './invoice.updated.ts'
import { onInvoicePaymentPaid } from './invoice_payment.paid.ts'
import { onPaymentIntentFailed } from './payment_intent.payment_failed.ts'
import { onPaymentIntentSucceeded } from './payment_intent.succeeded.ts'
import { onPaymentMethod } from './payment_method.ts'
import { onPlan, onPrice } from './price.ts'
import { onProduct } from './product.ts'
import { onEarlyFraudWarning } from './radar.early_fraud_warning.ts'
import { onRefund } from './refund.ts'

/**
 * Handlers by event type. The types come from Stripe's SDK, so that a misspelt type does not compile. Thin events of v1
 * resources (`v1.invoice.paid`) arrive here under the type of the snapshot event (`invoice.paid`).
 */
export type StripeHandlers = Partial<
  Record<Stripe.Event['type'] | Extract<Stripe.V2.Core.Event['type'], `v2.${string}`>, Handler>
>

/**
 * The handled Stripe events, under Stripe's own names.
 *
 * To handle another type, write a file named after it, then add its line here.
 */
export const stripeHandlers = {
  'account.application.authorized': onAccount,
  'account.application.deauthorized': onAccount,
  'account.updated': onAccount,
  'charge.captured': onChargeCaptured,
  'charge.dispute.closed': onDispute,
  'charge.dispute.created': onDispute,
  'charge.dispute.funds_reinstated': onDispute,
  'charge.dispute.funds_withdrawn': onDispute,
  'charge.dispute.updated': onDispute,
  'charge.refund.updated': onRefund,
  'charge.refunded': onChargeRefunded,
  'charge.succeeded': onChargeCaptured,
  'checkout.session.async_payment_failed': onCheckoutSessionAsyncPaymentFailed,
  'checkout.session.async_payment_succeeded': onCheckoutSessionCompleted,
  'checkout.session.completed': onCheckoutSessionCompleted,
  'checkout.session.expired': onCheckoutSessionExpired,
  'credit_note.created': onCreditNote,
  'credit_note.updated': onCreditNote,
  'credit_note.voided': onCreditNote,
  'customer.created': onCustomer,
  'customer.deleted': onCustomer,
  'customer.subscription.created': onSubscription,
  'customer.subscription.deleted': onSubscription,
  'customer.subscription.paused': onSubscription,
  'customer.subscription.pending_update_applied': onSubscription,
  'customer.subscription.pending_update_expired': onSubscription,
  'customer.subscription.resumed': onSubscription,
  'customer.subscription.trial_will_end': onTrialWillEnd,
  'customer.subscription.updated': onSubscription,
  'customer.updated': onCustomer,
  'entitlements.active_entitlement_summary.updated': onEntitlementSummary,
  'invoice.created': onInvoiceUpdated,
  'invoice.deleted': onInvoiceUpdated,
  'invoice.finalization_failed': onInvoiceFinalizationFailed,
  'invoice.finalized': onInvoiceUpdated,
  'invoice.marked_uncollectible': onInvoiceUpdated,
  'invoice.overdue': onInvoiceUpdated,
  'invoice.overpaid': onInvoicePaid,
  'invoice.paid': onInvoicePaid,
  'invoice.payment_action_required': onInvoicePaymentActionRequired,
  'invoice.payment_attempt_required': onInvoiceUpdated,
  'invoice.payment_failed': onInvoicePaymentFailed,
  'invoice.payment_succeeded': onInvoicePaid,
  'invoice.upcoming': onInvoiceUpcoming,
  'invoice.updated': onInvoiceUpdated,
  'invoice.voided': onInvoiceUpdated,
  'invoice.will_be_due': onInvoiceUpdated,
  'invoice_payment.paid': onInvoicePaymentPaid,
  'payment_intent.payment_failed': onPaymentIntentFailed,
  'payment_intent.succeeded': onPaymentIntentSucceeded,
  'payment_method.attached': onPaymentMethod,
  'payment_method.automatically_updated': onPaymentMethod,
  'payment_method.detached': onPaymentMethod,
  'payment_method.updated': onPaymentMethod,
  'plan.created': onPlan,
  'plan.deleted': onPlan,
  'plan.updated': onPlan,
  'price.created': onPrice,
  'price.deleted': onPrice,
  'price.updated': onPrice,
  'product.created': onProduct,
  'product.deleted': onProduct,
  'product.updated': onProduct,
  'radar.early_fraud_warning.created': onEarlyFraudWarning,
  'radar.early_fraud_warning.updated': onEarlyFraudWarning,
  'refund.created': onRefund,
  'refund.failed': onRefund,
  'refund.updated': onRefund,
} satisfies StripeHandlers

/** Thin events name an object without its data: https://docs.stripe.com/event-destinations#thin-events */
export const isThin = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && 'object' in payload && payload.object === 'v2.core.event'
