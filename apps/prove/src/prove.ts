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
import type { Result, RunId } from './result.ts'
import { saveLogs } from './saved-runs.ts'
import { watchMemory } from './stack/memory.ts'
import { withProveStack } from './stack/stack.ts'

const BEFORE_MS = 5_000
const AFTER_MS = 3_000
/** Longer than any fault; the rest of the plan is not sent. */
const PLANNED_SECONDS = 180
/** Many times what a run takes on a busy machine. */
const RUN_MS_MAX = 900_000

export interface ProveOptions {
  run: RunId
  /** Folder for raw logs. */
  folder: string
  /** Its rejection ends the run; everything is still stopped and saved. */
  interrupted?: Promise<never> | undefined
  /** Called with the name of each step. */
  step(name: string): void
}

/** Starts the system, sends events, injects the fault, waits until everything is settled, then checks the outcome. */
export async function prove(fault: Fault, { run, folder, interrupted, step }: ProveOptions): Promise<Result> {
  let plan: Plan | undefined
  let referenceUrl = ''
  step('starting')
  return withProveStack(
    {
      ...fault,
      prepare: async ({ postgres, query }, replicate) => {
        plan = planOf(run.rate * PLANNED_SECONDS, run.seed, (path, index) =>
          replicate.addFile({ ...fileAt(path), ...fault.files?.(index) }),
        )
        const rows = connect(postgres.url, { max: 1 })
        await insertHostRows(plan, rows)
        await insertHostRows(fault.hostRows ?? {}, rows)
        await rows.end()
        referenceUrl = await createReferenceDatabase(postgres.url)
        await installAuditTriggers(query)
      },
    },
    async (stack) => {
      const traffic = startTraffic(plan?.events ?? [], run.rate, stack.ingests)
      const context: FaultContext = {
        ...stack,
        traffic,
        random: createRandom(`${fault.id}:${run.seed}`),
        problems: [],
        notes: [],
        trueOrder: [],
        affected: new Set(),
        afterRecovery: [],
      }
      const memory = watchMemory([...stack.ingests, ...stack.workers])
      async function course(): Promise<Result> {
        await pause(BEFORE_MS)
        const before = await resourcesInUse(context)
        const brokenAt = Date.now()
        const endedAt = await injectFault(fault, context, step)
        return evaluate({ fault, run, context, brokenAt, endedAt, referenceUrl, before, memory, step })
      }
      const result = course()
      result.catch(() => {}) // it is over by then, if the run was interrupted
      try {
        return await Promise.race([result, timeout(), interrupted ?? result])
      } finally {
        await memory.stop()
        await traffic.stop()
        await saveLogs(folder, context)
      }
    },
  )
}

/** A run that hangs must not keep the others. */
async function timeout(): Promise<never> {
  await pause(RUN_MS_MAX, undefined, { ref: false })
  throw new Error(`it took more than ${RUN_MS_MAX / 60_000} minutes`)
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
