import { type ErasedEvent, type Preview, previewReplay, type ReplayFilter } from '@sluice/database/replay'
import type { OpenApi } from '@sluice/providers/apis'
import type { Pool } from 'pg'
import { createProgress } from '../progress.ts'
import { prepare } from './prepare.ts'
import { readPreviewRules } from './preview-rules.ts'

export interface PreviewedReplay extends Preview {
  /** Number of events that would be replayed. */
  events: number
  /** Events that match and whose bodies are gone. */
  erased: ErasedEvent[]
  /** The time from which events are recorded, if the replay was to begin earlier. */
  deletedBefore: Date | null
}

/** Returns the changes that a replay would make. */
export async function preview(pool: Pool, filter: ReplayFilter, apis: OpenApi[]): Promise<PreviewedReplay> {
  const rules = readPreviewRules()
  const { ids, bodies, erased, deletedBefore } = await prepare(pool, filter, apis)
  const progress = createProgress(ids.length)
  try {
    return {
      events: ids.length,
      erased,
      deletedBefore,
      ...(await previewReplay(pool, ids, rules, { ...progress, bodies })),
    }
  } finally {
    if (ids.length > 0) progress.finish()
  }
}
