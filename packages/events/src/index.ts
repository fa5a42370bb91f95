export type * from './billing-fact.ts'
export type { Decision, Effect, Handler } from './decision.ts'
export { ignored, processed } from './decision.ts'
export { EventError, SluiceError } from './errors.ts'
export type { Event, ReceivedEvent, VerifiedEvent } from './event.ts'
export type {
  CustomerFact,
  Fact,
  InvoiceOutcomeFact,
  LedgerAccount,
  LedgerEntryFact,
  OutputFact,
  OutputFile,
  PaymentFact,
  PredictionFact,
  PredictionStatus,
  SubscriptionContents,
  SubscriptionFact,
} from './fact.ts'
export type { RefusalCode } from './refusal.ts'
export { RefusalError } from './refusal.ts'
export type { StripeFact } from './stripe-fact.ts'
