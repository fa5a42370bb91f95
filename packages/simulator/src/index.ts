export {
  type AccountChange,
  type AccountHistory,
  type AccountHistoryOptions,
  type AccountUser,
  type ApiObject,
  accountHistory,
} from './account/index.ts'
export { API_VERSIONS, type ApiVersion, NEWEST_VERSION } from './api-version.ts'
export { lifecycleUntil } from './lifecycle/lifecycle-until.ts'
export { LIFECYCLES, type LifecycleName, RARE_LIFECYCLES, SUBSCRIBED } from './lifecycle/named-lifecycles.ts'
export { idSuffixOf } from './lifecycle/state.ts'
export type { Step } from './lifecycle/steps/index.ts'
export { subscriptionLifecycle } from './lifecycle/subscription-lifecycle.ts'
export { shuffle, withDuplicates } from './order.ts'
export { predictionLifecycle } from './prediction/prediction-lifecycle.ts'
export {
  type Ending,
  type PredictionBody,
  type Run,
  type Step as PredictionStep,
  stepsOf,
  type WebhookEvent,
  withoutData,
} from './prediction/prediction-steps.ts'
export { createRandom, type Random } from './random.ts'
export { type SeedStream, seedStream } from './seed-stream.ts'
export type { SentEvent } from './sent-event.ts'
export { stripeEvent } from './stripe-event.ts'
export { customerObject } from './stripe-objects/customer.ts'
export { invoiceObject } from './stripe-objects/invoice.ts'
export { MONTHLY, YEARLY } from './stripe-objects/price.ts'
export { subscriptionObject } from './stripe-objects/subscription.ts'
