export { kindOf, sqlState } from '../failure.ts'
export {
  type BilledCheckout,
  type BilledInvoice,
  type BilledPayment,
  type BilledSubscription,
  loadBilledCheckout,
  loadBilledInvoice,
  loadBilledPayment,
  loadBilledSubscription,
  loadCustomerEmail,
  loadDispute,
  loadReference,
  type OpenedDispute,
  type ReferencedPayment,
} from './billing-rows.ts'
export { checkLedger, countLedgerPages, type Finding, type LedgerPage } from './check-ledger.ts'
export { finishEffect, loadEffect, type OutboxMessage, recordEffectFailure } from './effects.ts'
export { type Cause, type FailedEvent, fingerprintOf, recordFailure } from './failures.ts'
export { isDeauthorized, takeInFetched, takeUndecided, type UndecidedSubscription } from './fetch.ts'
export {
  type GenerationRow,
  loadGeneration,
  loadVariant,
  noteNotStored,
  noteStored,
  type StoredFile,
  type VariantRow,
} from './generations.ts'
export { type InboxRow, loadRow, loadStripeEvent } from './inbox-row.ts'
export { linkUnknownCustomers } from './link.ts'
export { countOverduePredictions, takeOverduePredictions } from './overdue.ts'
export {
  beginNotification,
  type DocumentRow,
  finishNotification,
  type NotificationRow,
  noteDocument,
} from './paper-trail.ts'
export {
  type ChangedColumn,
  type ChangedRow,
  type Preview,
  type PreviewRules,
  type PreviewSteps,
  previewReplay,
} from './preview/index.ts'
export {
  connectedAccounts,
  type LateSubscription,
  lateSubscriptions,
  predictionsWithoutEnd,
  type Reconciled,
  reconcile,
} from './reconcile.ts'
export {
  type DeadLetterCount,
  type DeadLetterFilter,
  planRedrive,
  type RedriveSteps,
  redrive,
} from './redrive.ts'
export { findReplayable, type ReplayFilter, replay } from './replay.ts'
export { applyRetention, type RetentionRules } from './retention.ts'
export { beginSoloEffect, beginSoloRun, endSoloEffect, endSoloRun } from './solo.ts'
export { type DueEvent, reopenWithJob, sweepAllAgain, sweepEffects, sweepEvents } from './sweep.ts'
export { countDeadLetters, findId, takeIn } from './take-in.ts'
