import type { KINDS } from '@sluice/database/actions'
import { type FoundPreview, findPreview, PREVIEW_MINUTES, writeHandlers } from '@sluice/database/actions/run'
import { fillTouched, findKeptRows, prepareReplay, replay as reopen, restoreBody } from '@sluice/database/replay'
import type { z } from 'zod'
import { advancing } from '../advancing.ts'
import type { ActionContext, RunAction } from '../context.ts'
import { fetchBodies } from '../fetch-bodies.ts'
import { refuseMany } from '../refuse-many.ts'
import { ActionRefusedError } from '../refused-error.ts'
import { replayFilterOf } from '../replay-filter.ts'

type Filter = z.output<typeof KINDS.replay.filter>

/** Opens the events again that were previewed. Workers process them within seconds. */
export const replay: RunAction<Filter> = async (filter, context) => {
  const { pool, action, rules, signal } = context
  const preview = await previewOf(filter, context)
  const previewed = replayFilterOf(filter, preview.at)
  while ((await fillTouched(pool, rules)) > 0) signal.throwIfAborted()
  const { ids, bodies, erased } = await prepareReplay(pool, previewed, (events) => fetchBodies(events, context))
  refuseMany(ids.length, 'events', action)
  for (const [id, body] of bodies) await restoreBody(pool, id, body)
  const merged = (await findKeptRows(pool, ids)).size
  const steps = advancing(context, ids.length)
  const { replayed } = await reopen(pool, previewed, rules, steps)
  await steps.finish()
  return { replayed, restored: bodies.size, erased: erased.length, merged }
}

/** @throws {ActionRefusedError} if nobody has seen what these handlers would change */
async function previewOf(filter: Filter, { pool, action, handlerVersion }: ActionContext): Promise<FoundPreview> {
  const preview = await findPreview(pool, filter)
  if (!preview)
    throw new ActionRefusedError(
      `A replay needs a preview of the same filter from the last ${PREVIEW_MINUTES} minutes; there is none. Ask for a preview first.`,
    )
  const version = handlerVersion()
  if (preview.handlerVersion !== version)
    throw new ActionRefusedError(
      `The preview, action ${preview.id}, was made by the handlers ${preview.handlerVersion}; this worker has ${version}. Ask for a new preview.`,
    )
  await writeHandlers(pool, action, version, preview.id)
  return preview
}
