import { type CommitRules, settleLeftReservations } from '@sluice/database/commit'
import type { Pool } from '@sluice/database/pool'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat } from './repeat.ts'

/** Few reservations are left, and the query reads those of two days. */
const INTERVAL_MS = 60_000

/** Settles reservations of credits that no event settles. */
export const startSettlingReservations = (pool: Pool, rules: CommitRules, throttledLog: ThrottledLogger): Repeated =>
  repeat(
    async () => {
      await settleLeftReservations(pool, rules)
    },
    INTERVAL_MS,
    (error) => throttledLog.warn('Settling reservations of credits failed', { reason: reasonOf(error) }),
  )
