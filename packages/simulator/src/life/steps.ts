import { accountSteps } from './account-steps.ts'
import { checkoutSteps } from './checkout-steps.ts'
import { customerSteps } from './customer-steps.ts'
import { disputeSteps } from './dispute-steps.ts'
import { invoiceSteps } from './invoice-steps.ts'
import { paymentSteps } from './payment-steps.ts'
import { subscriptionSteps } from './subscription-steps.ts'

/** Everything that can happen in a life. Each step is one event. */
export const STEPS = {
  ...customerSteps,
  ...checkoutSteps,
  ...subscriptionSteps,
  ...invoiceSteps,
  ...paymentSteps,
  ...disputeSteps,
  ...accountSteps,
}

export type Step = keyof typeof STEPS
