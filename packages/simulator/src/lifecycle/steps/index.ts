import { accountSteps } from './account.ts'
import { catalogueSteps } from './catalogue.ts'
import { checkoutSteps } from './checkout.ts'
import { creditNoteSteps } from './credit-note.ts'
import { customerSteps } from './customer.ts'
import { disputeSteps } from './dispute.ts'
import { entitlementSteps } from './entitlements.ts'
import { invoiceSteps } from './invoice.ts'
import { paymentSteps } from './payment.ts'
import { subscriptionSteps } from './subscription.ts'

/** Everything that can happen in a lifecycle. Each step is one event. */
export const STEPS = {
  ...customerSteps,
  ...checkoutSteps,
  ...subscriptionSteps,
  ...invoiceSteps,
  ...paymentSteps,
  ...disputeSteps,
  ...creditNoteSteps,
  ...catalogueSteps,
  ...entitlementSteps,
  ...accountSteps,
}

export type Step = keyof typeof STEPS
