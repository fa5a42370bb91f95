import type { BilledSubscription } from '@sluice/database/records'

/** Whether the subscription is set to end at or before this time, the end of its present period or trial. */
export const endsBy = (time: Date, { cancelAtPeriodEnd, cancelAt }: BilledSubscription): boolean =>
  cancelAtPeriodEnd || (cancelAt !== null && cancelAt <= time)
