import { type ApiVersion, isBeforeBasil, NEWEST_VERSION } from './api-version.ts'
import { beginLife, type LifeOptions } from './life/life.ts'
import { STEPS, type Step } from './life/steps.ts'
import type { SentEvent } from './sent-event.ts'

export interface SubscriptionLifeOptions extends LifeOptions {
  steps: readonly Step[]
}

/** The events of one customer in the order in which they happened. Deliver them in any. */
export function subscriptionLife({ steps, ...options }: SubscriptionLifeOptions): SentEvent[] {
  const life = beginLife(options)
  return steps.filter((step) => isTold(step, options.version)).map((step) => STEPS[step](life))
}

/** Before 2025-03-31.basil the invoice itself names its payment, and no event of its own does. */
const isTold = (step: Step, version: ApiVersion = NEWEST_VERSION): boolean =>
  step !== 'invoice_payment' || !isBeforeBasil(version)
