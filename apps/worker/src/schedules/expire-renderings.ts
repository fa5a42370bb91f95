import type { Pool } from '@sluice/database/pool'
import { deleteRenderedEmails } from '@sluice/database/records'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat } from './repeat.ts'

const INTERVAL_MS = 60_000

/** Deletes e-mails that were rendered for operators, once their ten minutes are over. */
export const startExpiringRenderings = (pool: Pool, throttledLog: ThrottledLogger): Repeated =>
  repeat(
    () => deleteRenderedEmails(pool),
    INTERVAL_MS,
    (error) => throttledLog.warn('Rendered e-mails are not deleted', { reason: reasonOf(error) }),
  )
