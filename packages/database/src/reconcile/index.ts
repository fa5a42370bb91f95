export { isDeauthorized } from './connected-accounts.ts'
export { countOverduePredictions, leaseOverduePredictions } from './overdue-predictions.ts'
export { type Reconciled, type ReconcileOptions, type ReconcileSource, reconcile } from './reconcile.ts'
export {
  type ReconciledProvider,
  type ReconcileObserver,
  type ReconcilePeriod,
  reconcileAll,
  reconcileSince,
  reconcileUntil,
} from './reconcile-all.ts'
export { type OneReconciled, type OneSource, reconcileOne } from './reconcile-one.ts'
export { leaseSessionsWithoutLines, postponeLines, type SessionWithoutLines } from './sessions-without-lines.ts'
export { ignoreThinEvent, processThinEvent } from './settle-thin-event.ts'
export {
  leaseUndecidedSubscriptions,
  postponeUndecided,
  type UndecidedSubscription,
} from './undecided-subscriptions.ts'
