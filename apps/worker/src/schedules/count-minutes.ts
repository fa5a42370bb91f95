import { countLedger, countMinutes } from '@sluice/database/counts'
import type { Pool } from '@sluice/database/pool'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat, untilNone } from './repeat.ts'

const INTERVAL_MS = 60_000

/** Counts what ended in each minute, for the charts of the console, and adds up the ledger. */
export const startCountingMinutes = (pool: Pool, throttledLog: ThrottledLogger): Repeated =>
  repeat(
    async (isStopped) => {
      await untilNone(() => countMinutes(pool), isStopped)
      await untilNone(() => countLedger(pool), isStopped)
    },
    INTERVAL_MS,
    (error) => throttledLog.warn('Counting minutes failed', { reason: reasonOf(error) }),
  )
