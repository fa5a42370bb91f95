import type { LifeOptions } from './life/life.ts'
import { RARE_LIVES, RECORDED_LIVES } from './recorded-lives.ts'
import type { SentEvent } from './sent-event.ts'
import { subscriptionLife } from './subscription-life.ts'

/** A customer's events up to the first of this type; none when nothing in any life is of it. */
export function lifeUntil(type: string, options: LifeOptions): SentEvent[] {
  for (const steps of [...Object.values(RECORDED_LIVES).map((life) => life.steps), ...RARE_LIVES]) {
    const life = subscriptionLife({ ...options, steps })
    const last = life.findIndex((event) => event.type === type)
    if (last >= 0) return life.slice(0, last + 1)
  }
  return []
}
