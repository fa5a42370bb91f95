import { type CommitRules, linkChangedUsers } from '@sluice/database/commit'
import type { Pool } from '@sluice/database/pool'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat, untilNone } from './repeat.ts'

/**
 * Links customers, subscriptions and payments to users whom the host has inserted or changed. Runs on its own timer,
 * because the host may insert very many users, or lock them.
 */
export function startLinkingUsers(
  pool: Pool,
  rules: CommitRules,
  intervalMs: number,
  throttledLog: ThrottledLogger,
): Repeated {
  const work = (isStopped: () => boolean) => untilNone(() => linkChangedUsers(pool, rules), isStopped)
  return repeat(work, intervalMs, (error) => throttledLog.warn('Linking users failed', { reason: reasonOf(error) }))
}
