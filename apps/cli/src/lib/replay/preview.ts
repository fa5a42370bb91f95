import { findReplayable, type Preview, previewReplay, type ReplayFilter } from '@sluice/database/replay'
import type { Pool } from 'pg'
import { createProgress } from '../progress.ts'
import { todaysHandlers } from './todays-handlers.ts'

/** The changes that a replay would make, and the number of events read for it. */
export async function preview(pool: Pool, filter: ReplayFilter): Promise<Preview & { events: number }> {
  const rules = todaysHandlers()
  const ids = await findReplayable(pool, filter)
  const progress = createProgress(ids.length)
  try {
    return { events: ids.length, ...(await previewReplay(pool, ids, rules, progress)) }
  } finally {
    if (ids.length > 0) progress.finish()
  }
}
