import { type KINDS, type Previewed, previewedBy } from '@sluice/database/actions'
import { writeHandlers } from '@sluice/database/actions/run'
import { findDeadLetters } from '@sluice/database/dead-letters'
import { prepareReplay, previewRedrive, previewReplay } from '@sluice/database/replay'
import type { z } from 'zod'
import { advancing } from '../advancing.ts'
import type { ActionContext, RunAction } from '../context.ts'
import { fetchBodies } from '../fetch-bodies.ts'
import { refuseMany } from '../refuse-many.ts'
import { replayFilterOf } from '../replay-filter.ts'
import { summarize } from '../summarize.ts'
import { boundedBy } from './redrive.ts'

type Filter = z.output<typeof KINDS.preview.filter>

/** Runs the deployed handlers on the events in transactions that are rolled back. */
export const preview: RunAction<Filter> = async (filter, context) => {
  const of = previewedBy(filter) ?? (await findKind(filter, context))
  await writeHandlers(context.pool, context.action, context.handlerVersion())
  return { of, ...(await (of === 'redrive' ? ofRedrive : ofReplay)(filter, context)) }
}

/** A redrive, if dead letters match and no finished event does. */
async function findKind(filter: Filter, { pool, action }: ActionContext): Promise<Previewed> {
  const { events, effects } = await findDeadLetters(pool, boundedBy(filter, action.at))
  if (events.length + effects.length === 0) return 'replay'
  const { ids, erased } = await prepareReplay(pool, replayFilterOf(filter, action.at), async () => new Map())
  return ids.length + erased.length === 0 ? 'redrive' : 'replay'
}

async function ofRedrive(filter: Filter, context: ActionContext) {
  const { pool, action, rules } = context
  const { events, effects } = await findDeadLetters(pool, boundedBy(filter, action.at))
  const ids = events.flatMap((event) => (rules.isThin?.({ provider: 'stripe', ...event }) ? [] : [event.id]))
  refuseMany(ids.length, 'dead letters', action)
  const steps = advancing(context, ids.length)
  const found = await previewRedrive(pool, ids, rules, steps)
  await steps.finish()
  // An effect reaches another system, and a thin event is fetched: neither can be tried.
  return { ...summarize(ids.length, found), untried: { effects: effects.length, thin: events.length - ids.length } }
}

async function ofReplay(filter: Filter, context: ActionContext) {
  const { pool, action, rules } = context
  const fetch = (events: Parameters<typeof fetchBodies>[0]) => fetchBodies(events, context)
  const { ids, bodies, erased, deletedBefore } = await prepareReplay(pool, replayFilterOf(filter, action.at), fetch)
  refuseMany(ids.length, 'events', action)
  const steps = advancing(context, ids.length)
  const found = await previewReplay(pool, ids, rules, { ...steps, bodies })
  await steps.finish()
  return { ...summarize(ids.length, found), erased: erased.length, deletedBefore }
}
