export { shuffle, withDuplicates } from './order.ts'
export { type Ending, type PredictionLifeOptions, predictionLife } from './prediction-life.ts'
export { createRandom, type Random } from './random.ts'
export { type SeedStream, type SeedStreamOptions, seedStream } from './seed-stream.ts'
export type { SentEvent } from './sent-event.ts'
export { type StripeEventOptions, stripeEvent } from './stripe-event.ts'
export {
  type CheckoutSessionOptions,
  checkoutSession,
  type InvoiceOptions,
  invoiceObject,
  MONTHLY,
  type Price,
  type Shape,
  type SubscriptionOptions,
  subscriptionObject,
  YEARLY,
} from './stripe-objects.ts'
export { type Step, type SubscriptionLifeOptions, subscriptionLife } from './subscription-life.ts'
