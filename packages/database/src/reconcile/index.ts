export { isDeauthorized, takeInFetched, takeUndecided, type UndecidedSubscription } from './fetched-events.ts'
export { countOverduePredictions, takeOverduePredictions } from './overdue-predictions.ts'
export {
  connectedAccounts,
  type LateSubscription,
  lateSubscriptions,
  predictionsWithoutEnd,
  type Reconciled,
  reconcile,
} from './reconcile.ts'
