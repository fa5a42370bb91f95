import {
  type CommitRules,
  deriveAccess,
  endPaidAccess,
  releaseHeldAccess,
  resolvePremiumPrices,
} from '@sluice/database/commit'
import type { Pool } from '@sluice/database/pool'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat, untilNone } from './repeat.ts'

/** While an older worker with other settings still runs, each would undo what the other wrote. */
const LONGEST_WAIT_MS = 600_000

/**
 * Keeps access right where no event comes: ends what was paid for when its period is over, gives what waited in vain for
 * an answer of Stripe, and brings changed settings to the rows that were written with others. Runs on its own timer, because the host may lock its users.
 *
 * @param rules whose `premiumPrices` are completed with the prices that their products and lookup keys stand for
 * @param named as in the settings
 */
export function startDerivingAccess(
  pool: Pool,
  rules: CommitRules,
  named: readonly string[],
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  let waitMs = intervalMs
  let dueAt = 0

  const work = async (isStopped: () => boolean) => {
    await untilNone(() => endPaidAccess(pool, rules), isStopped)
    await untilNone(() => releaseHeldAccess(pool, rules), isStopped)
    const { premiumPrices } = rules
    if (named.length > 0) rules.premiumPrices = await resolvePremiumPrices(pool, named, premiumPrices)
    if (rules.premiumPrices !== premiumPrices) dueAt = 0
    if (performance.now() < dueAt) return
    waitMs = dueAt === 0 ? intervalMs : Math.min(waitMs * 2, LONGEST_WAIT_MS)
    dueAt = performance.now() + waitMs
    await untilNone(() => deriveAccess(pool, rules), isStopped)
  }
  return repeat(work, intervalMs, (error) =>
    throttledLog.warn('Derivation of access failed', { reason: reasonOf(error) }),
  )
}
