/** The answers of the board. Types alone: the board has checked its answers against the schemas. */
export type {
  AcceptedAction,
  Action,
  ActionChain,
  ActionItem,
  ActionPage,
  PreviewResult,
} from '../../../src/api/schemas/actions.ts'
export type { DeadLetterGroup, DeadLetterGroups, DeadLetterMembers } from '../../../src/api/schemas/dead-letters.ts'
export type { Deliveries, DeliveryItem, Refusals } from '../../../src/api/schemas/deliveries.ts'
export type { EmailItem, EmailLife, EmailPage } from '../../../src/api/schemas/emails.ts'
export type { EventLife } from '../../../src/api/schemas/event-life.ts'
export type { EventItem, EventPage } from '../../../src/api/schemas/events.ts'
export type { FindAnswer, Found } from '../../../src/api/schemas/find.ts'
export type { Generation, GenerationLife, Generations } from '../../../src/api/schemas/generations.ts'
export type { Finding, Health } from '../../../src/api/schemas/health.ts'
export type { Ledger, PaymentLife } from '../../../src/api/schemas/ledger.ts'
export type { Overview } from '../../../src/api/schemas/overview.ts'
export type { Person, PersonHistory } from '../../../src/api/schemas/person.ts'
export type { ReconcileRun, ReconcileRunLife, ReconcileRuns } from '../../../src/api/schemas/reconcile.ts'
export type { RevealedAddress, RevealedBody, RevealedEmail } from '../../../src/api/schemas/reveal.ts'
export type { Sample, SeedRequest, SendChoices, SendRequest, SendResult } from '../../../src/api/schemas/send.ts'
export type { Session } from '../../../src/api/schemas/session.ts'
export type { StreamMore } from '../../../src/api/schemas/stream.ts'
