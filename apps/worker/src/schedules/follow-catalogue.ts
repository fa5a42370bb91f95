import { type CommitRules, followCatalogue } from '@sluice/database/commit'
import type { Pool } from '@sluice/database/pool'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat, untilNone } from './repeat.ts'

/** Brings changes of products to the users who have them. Runs on its own timer, because a product may have very many. */
export function startFollowingCatalogue(
  pool: Pool,
  rules: CommitRules,
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  const work = (isStopped: () => boolean) => untilNone(() => followCatalogue(pool, rules), isStopped)
  return repeat(work, intervalMs, (error) =>
    throttledLog.warn('Following the catalogue failed', { reason: reasonOf(error) }),
  )
}
