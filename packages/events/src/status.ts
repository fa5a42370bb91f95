/** The statuses that a prediction never leaves: https://replicate.com/docs/topics/predictions/lifecycle */
export const FINAL_PREDICTION_STATUSES = ['succeeded', 'failed', 'canceled', 'aborted'] as const

export type FinalPredictionStatus = (typeof FINAL_PREDICTION_STATUSES)[number]

/** In the order in which a prediction goes through them. */
export const PREDICTION_STATUSES = ['starting', 'processing', ...FINAL_PREDICTION_STATUSES] as const

export type PredictionStatus = (typeof PREDICTION_STATUSES)[number]

/** The statuses that a subscription never leaves: https://docs.stripe.com/billing/subscriptions/overview */
export const FINAL_SUBSCRIPTION_STATUSES = ['incomplete_expired', 'canceled'] as const

/**
 * The statuses of a subscription whose first payment has not succeeded. It has given no access yet:
 * https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses
 */
export const UNSTARTED_SUBSCRIPTION_STATUSES = ['incomplete', 'incomplete_expired'] as const

/** The statuses that a refund never leaves. One that succeeded may still fail: https://docs.stripe.com/refunds#failed-refunds */
export const FINAL_REFUND_STATUSES = ['failed', 'canceled'] as const

export const isPredictionStatus = (status: string): status is PredictionStatus => isOneOf(PREDICTION_STATUSES, status)

export const hasPredictionEnded = (status: string): status is FinalPredictionStatus =>
  isOneOf(FINAL_PREDICTION_STATUSES, status)

export const hasSubscriptionEnded = (status: string): boolean => isOneOf(FINAL_SUBSCRIPTION_STATUSES, status)

export const hasSubscriptionStarted = (status: string): boolean => !isOneOf(UNSTARTED_SUBSCRIPTION_STATUSES, status)

export const hasRefundEnded = (status: string): boolean => isOneOf(FINAL_REFUND_STATUSES, status)

const isOneOf = (statuses: readonly string[], status: string): boolean => statuses.includes(status)
