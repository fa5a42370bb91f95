import { setTimeout as pause } from 'node:timers/promises'
import { connect } from '@sluice/database/pool'
import { createRandom } from '@sluice/simulator'
import { installAuditTriggers } from './check/duplicates.ts'
import { resourcesInUse } from './check/leaks.ts'
import { createReferenceDatabase } from './check/reference-run.ts'
import { evaluate } from './evaluate.ts'
import type { Fault, FaultContext } from './fault.ts'
import { fileAt, insertHostRows, type Plan, planOf } from './load/plan.ts'
import { startTraffic } from './load/traffic.ts'
import type { Result } from './result.ts'
import { saveLogs } from './saved-runs.ts'
import { withProveStack } from './stack/stack.ts'

/** Events a second, of both providers. */
export const RATE = 50
const BEFORE_MS = 2_000
const AFTER_MS = 3_000
/** Longer than any fault; the rest of the plan is not sent. */
const PLANNED_SECONDS = 180

export interface ProveOptions {
  seed: number
  /** Folder for raw logs. */
  folder: string
  /** Events a second, instead of the fault's own. */
  rate?: number | undefined
  /** Its rejection ends the run once the fault is over; everything is still stopped and saved. */
  interrupted?: Promise<never> | undefined
  /** Called with the name of each step. */
  step(name: string): void
}

/** Starts the system, sends events, injects the fault, waits until everything is settled, then checks the outcome. */
export async function prove(
  fault: Fault,
  { seed, folder, interrupted, step, ...options }: ProveOptions,
): Promise<Result> {
  const rate = options.rate ?? fault.rate ?? RATE
  let plan: Plan | undefined
  let referenceUrl = ''
  step('starting')
  return withProveStack(
    {
      ...fault,
      prepare: async ({ postgres, query }, replicate) => {
        plan = planOf(rate * PLANNED_SECONDS, seed, (path, index) =>
          replicate.addFile({ ...fileAt(path), ...fault.files?.(index) }),
        )
        const rows = connect(postgres.url, { max: 1 })
        await insertHostRows(plan, rows)
        await rows.end()
        referenceUrl = await createReferenceDatabase(postgres.url)
        await installAuditTriggers(query)
      },
    },
    async (stack) => {
      const traffic = startTraffic(plan?.events ?? [], rate, stack.ingests)
      const context: FaultContext = {
        ...stack,
        traffic,
        random: createRandom(`${fault.id}:${seed}`),
        problems: [],
        notes: [],
        trueOrder: [],
        afterRecovery: [],
      }
      try {
        await pause(BEFORE_MS)
        const before = await resourcesInUse(context)
        const endedAt = await injectFault(fault, context, step)
        const evaluation = evaluate({ fault, seed, rate, context, endedAt, referenceUrl, before, step })
        return await Promise.race([evaluation, interrupted ?? evaluation])
      } finally {
        await traffic.stop()
        await saveLogs(folder, context)
      }
    },
  )
}

/** Resolves to the time at which the fault ended. */
async function injectFault(fault: Fault, context: FaultContext, step: (name: string) => void): Promise<number> {
  step('broken')
  const clear = await fault.inject(context)
  if (clear) {
    await pause((fault.seconds ?? 5) * 1_000)
    await clear()
  }
  const endedAt = Date.now()
  step('recovering')
  await pause(AFTER_MS)
  await context.traffic.stop()
  return endedAt
}
