export { API_VERSIONS, type ApiVersion, NEWEST_VERSION } from './api-version.ts'
export { endingOf } from './life/life.ts'
export type { Step } from './life/steps.ts'
export { lifeUntil } from './life-until.ts'
export { shuffle, withDuplicates } from './order.ts'
export { type PredictionLifeOptions, predictionLife } from './prediction-life.ts'
export {
  type Ending,
  type Look,
  type Run,
  type Step as PredictionStep,
  stepsOf,
  type WebhookEvent,
  withoutData,
} from './prediction-steps.ts'
export { createRandom, type Random } from './random.ts'
export { type LifeName, RARE_LIVES, RECORDED_LIVES, type RecordedLife } from './recorded-lives.ts'
export { type SeedStream, type SeedStreamOptions, seedStream } from './seed-stream.ts'
export type { SentEvent } from './sent-event.ts'
export { type StripeEventOptions, stripeEvent } from './stripe-event.ts'
export * from './stripe-objects/index.ts'
export { type SubscriptionLifeOptions, subscriptionLife } from './subscription-life.ts'
