import type { Pool } from '@sluice/database/pool'
import { createProcessReports, deleteOldReports, examinedAt } from '@sluice/database/processes'
import type { QueueStore } from '@sluice/queue'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import type { Environment } from '../environment.ts'
import { createExamination } from '../health/examination.ts'
import { createLoadMeter } from '../health/load.ts'
import { type Repeated, repeat } from './repeat.ts'

const EACH_MS = 15_000

/** One worker examines the deployment about so often, whoever comes first. */
const EXAMINED_EACH_MS = 60_000

export interface Reporting {
  env: Environment
  pool: Pool
  queue: QueueStore
  /** Reads files the first time. */
  handlerVersion(): string
}

/** Reports that this worker lives, how loaded it is, and each minute what the checks of `sluice doctor` find. */
export function startReporting(
  { env, pool, queue, handlerVersion }: Reporting,
  throttledLog: ThrottledLogger,
): Repeated {
  const reports = createProcessReports(pool, 'worker', handlerVersion)
  const examine = createExamination(env, pool, queue)
  const load = createLoadMeter()
  let isFirst = true

  async function report(): Promise<void> {
    const details = { load: { concurrency: env.WORKER_CONCURRENCY, ...load() } }
    // A worker that starts has other things to do.
    if (isFirst || !(await isDue(pool))) await reports.report(details)
    else await reports.report(details, await examine())
    isFirst = false
    await deleteOldReports(pool)
  }

  return repeat(report, EACH_MS, (error) =>
    throttledLog.warn('Reporting this process failed', { reason: reasonOf(error) }),
  )
}

async function isDue(pool: Pool): Promise<boolean> {
  const at = await examinedAt(pool)
  return at === null || Date.now() - at.getTime() >= EXAMINED_EACH_MS
}
