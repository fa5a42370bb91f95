import type { KINDS } from '@sluice/database/actions'
import { type FoundPreview, findPreview, PREVIEW_MINUTES, writeHandlers } from '@sluice/database/actions/run'
import { fillTouched, runReplay } from '@sluice/database/replay'
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
  let steps: ReturnType<typeof advancing> | undefined
  const { replayed, restored, erased, merged } = await runReplay(pool, previewed, rules, {
    fetchBodies: (events) => fetchBodies(events, context),
    begin: (events) => {
      refuseMany(events, 'events', action)
      steps = advancing(context, events)
      return steps
    },
  })
  await steps?.finish()
  return { replayed, restored, erased: erased.length, merged }
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
