import { setTimeout as sleep } from 'node:timers/promises'
import type { KINDS } from '@sluice/database/actions'
import { addDone } from '@sluice/database/actions/run'
import { type DeadLetterFilter, planRedrive, redrive as redriveDeadLetters } from '@sluice/database/dead-letters'
import type { z } from 'zod'
import type { ActionContext, RunAction } from '../context.ts'
import { ActionEndedError } from '../ended-error.ts'
import { refuseMany } from '../refuse-many.ts'

type Filter = z.output<typeof KINDS.redrive.filter>

const BATCH_MAX = 100

/**
 * Only dead letters from before the action: those that fail again meanwhile are left. What is done is counted in the
 * transaction that does it, so that a second run goes on with the count.
 */
export const redrive: RunAction<Filter> = async ({ rate, ...filter }, context) => {
  const { pool, action, progress } = context
  const bounded = boundedBy(filter, action.at)
  const open = (await planRedrive(pool, bounded)).reduce((sum, { count }) => sum + count, 0)
  const total = action.total ?? open
  refuseMany(total, 'dead letters', action)
  await progress(action.done, total)
  const redriven = await redriveDeadLetters(pool, bounded, steps(context, rate))
  return { redriven: action.done + redriven, left: Math.max(0, open - redriven) }
}

export function boundedBy({ since, until, ...filter }: Omit<Filter, 'rate'>, at: Date): DeadLetterFilter {
  const end = until === undefined ? at : new Date(Math.min(Date.parse(until), at.getTime()))
  const { ids, fingerprint, type, cause } = filter
  return {
    ...(ids && { ids }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(type !== undefined && { type }),
    ...(cause !== undefined && { cause }),
    ...(since !== undefined && { since: new Date(since) }),
    until: end,
  }
}

/** At a rate, in batches of a quarter of a second. */
function steps({ action, signal }: ActionContext, perSecond: number | undefined) {
  const start = performance.now()
  return {
    size: perSecond ? Math.min(BATCH_MAX, Math.ceil(perSecond / 4)) : BATCH_MAX,
    record: async (tx: Parameters<typeof addDone>[0], count: number) => {
      if (!(await addDone(tx, action, count))) throw new ActionEndedError()
    },
    mayContinue: async (redriven: number) => {
      const earlyMs = perSecond ? start + (redriven / perSecond) * 1000 - performance.now() : 0
      if (earlyMs > 0) await sleep(earlyMs, undefined, { signal }).catch(() => {})
      signal.throwIfAborted()
      return true
    },
  }
}
