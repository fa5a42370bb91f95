export { isDeauthorized, takeInFetched, takeUndecided, type UndecidedSubscription } from './fetched-events.ts'
export { countOverduePredictions, takeOverduePredictions } from './overdue-predictions.ts'
export { type Reconciled, type ReconcileOptions, reconcile, reconcileUntil } from './reconcile.ts'
