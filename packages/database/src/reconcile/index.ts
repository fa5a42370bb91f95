export { isDeauthorized } from './connected-accounts.ts'
export { countOverduePredictions, leaseOverduePredictions } from './overdue-predictions.ts'
export { type Reconciled, type ReconcileOptions, reconcile, reconcileUntil } from './reconcile.ts'
export { ignoreThinEvent, processThinEvent } from './settle-thin-event.ts'
export {
  leaseUndecidedSubscriptions,
  postponeUndecided,
  type UndecidedSubscription,
} from './undecided-subscriptions.ts'
