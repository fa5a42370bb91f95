import type { SentEvent } from '../sent-event.ts'
import { LIFECYCLES, RARE_LIFECYCLES } from './named-lifecycles.ts'
import type { LifecycleOptions } from './state.ts'
import { subscriptionLifecycle } from './subscription-lifecycle.ts'

/** A customer.s events up to the first of this type; empty when no lifecycle contains the type. */
export function lifecycleUntil(type: string, options: LifecycleOptions): SentEvent[] {
  for (const steps of [...Object.values(LIFECYCLES).map((lifecycle) => lifecycle.steps), ...RARE_LIFECYCLES]) {
    const lifecycle = subscriptionLifecycle({ ...options, steps })
    const last = lifecycle.findIndex((event) => event.type === type)
    if (last >= 0) return lifecycle.slice(0, last + 1)
  }
  return []
}
