import { type ApiVersion, isBeforeBasil, NEWEST_VERSION } from '../api-version.ts'
import type { SentEvent } from '../sent-event.ts'
import { beginState, type LifecycleOptions } from './state.ts'
import { STEPS, type Step } from './steps/index.ts'

export interface SubscriptionLifecycleOptions extends LifecycleOptions {
  steps: readonly Step[]
}

/** The events of one customer in the order in which they happened. Deliver them in any. */
export function subscriptionLifecycle({ steps, ...options }: SubscriptionLifecycleOptions): SentEvent[] {
  const state = beginState(options)
  return steps.filter((step) => isSent(step, options.version)).map((step) => STEPS[step](state))
}

/** Before 2025-03-31.basil the invoice itself names its payment, and no event of its own does. */
const isSent = (step: Step, version: ApiVersion = NEWEST_VERSION): boolean =>
  step !== 'invoice_payment' || !isBeforeBasil(version)
