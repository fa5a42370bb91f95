import { findReplayable, type Preview, previewReplay, type ReplayFilter } from '@sluice/database/replay'
import type { Pool } from 'pg'
import { createProgress } from '../progress.ts'
import { readPreviewRules } from './preview-rules.ts'

/** Returns the changes that a replay would make, and the number of events. */
export async function preview(pool: Pool, filter: ReplayFilter): Promise<Preview & { events: number }> {
  const rules = readPreviewRules()
  const ids = await findReplayable(pool, filter)
  const progress = createProgress(ids.length)
  try {
    return { events: ids.length, ...(await previewReplay(pool, ids, rules, progress)) }
  } finally {
    if (ids.length > 0) progress.finish()
  }
}
