import { countMinutes } from '@sluice/database/counts'
import type { Pool } from '@sluice/database/pool'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat, untilNone } from './repeat.ts'

const INTERVAL_MS = 60_000

/** Counts what ended in each minute, for the charts of the console. */
export const startCountingMinutes = (pool: Pool, throttledLog: ThrottledLogger): Repeated =>
  repeat(
    (isStopped) => untilNone(() => countMinutes(pool), isStopped),
    INTERVAL_MS,
    (error) => throttledLog.warn('Counting minutes failed', { reason: reasonOf(error) }),
  )
