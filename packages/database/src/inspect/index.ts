export { percentileOf } from '../counts/latency.ts'
export { type AlertRow, readAlerts } from './alerts.ts'
export { type CausedChange, type Change, changesOfRows } from './changes.ts'
export {
  type DeadLetterGroupRow,
  type GroupCursor,
  type GroupFilter,
  listDeadLetterGroups,
  listDeadLetterMembers,
} from './dead-letters.ts'
export {
  DELIVERY_OUTCOMES,
  type DeliveryFilter,
  lastDeliveryWalked,
  listDeliveries,
  readRefusals,
} from './deliveries.ts'
export { type EffectName, readEffectNames } from './effect-names.ts'
export { type EmailLife, readEmail } from './email.ts'
export {
  EMAIL_OUTCOMES,
  type EmailFilter,
  type EmailPage,
  type EmailRow,
  lastEmailWalked,
  listEmails,
} from './emails.ts'
export { type EventLife, readEventLife } from './event-life.ts'
export { type EventPage, type EventRow, listEvents } from './events.ts'
export { EVENT_STATUSES, type EventFilter } from './filter.ts'
export { type GenerationLife, readGeneration } from './generation.ts'
export {
  type GenerationCursor,
  type GenerationFilter,
  type GenerationRow,
  lastWalked,
  listGenerations,
} from './generations.ts'
export { type History, type Moment, readHistory } from './history.ts'
export { type LedgerOverview, listLedgerLines, readLedger } from './ledger.ts'
export { type OverviewRows, readOverview } from './overview.ts'
export { findParts } from './parts.ts'
export { type PaymentRows, readPayment } from './payment.ts'
export type { Period } from './periods.ts'
export { eventBehind, type PersonRows, readCustomer, readUser } from './person.ts'
export { type Examination, type ProcessRow, readExamination, readProcesses } from './processes.ts'
export {
  listReconcileRuns,
  newestReconcileRuns,
  type ReconcileRunRow,
  readReconcileRun,
  refusedByHour,
} from './reconcile-runs.ts'
export { findStoredFile, type NamedFile } from './stored-file.ts'
export {
  largestId,
  readSigns,
  readTailRows,
  type TailFilter,
  type TailRow,
  type TailSign,
  tailPredicate,
} from './tail.ts'
export type { TouchedRow } from './touched-rows.ts'
export { createTail, type News, newsFor, type Tail } from './watch.ts'
