import { setTimeout as sleep } from 'node:timers/promises'
import type { RedriveSteps } from '@sluice/database/dead-letters'
import { interruptible } from './interruptible.ts'
import { createProgress } from './progress.ts'

const BATCH_MAX = 100

/**
 * Redrives dead letters in batches and shows the progress. Ctrl-C stops it after the current batch, with exit code 1.
 *
 * @param perSecond maximum number of dead letters per second, in batches of a quarter of a second; default: no limit
 */
export async function redriveInBatches(
  total: number,
  perSecond: number | undefined,
  redrive: (steps: RedriveSteps) => Promise<number>,
): Promise<number> {
  if (total === 0) return 0
  const { signal, dispose } = interruptible()
  const progress = createProgress(total)
  const start = performance.now()
  let shown = 0
  try {
    return await redrive({
      size: perSecond ? Math.min(BATCH_MAX, Math.ceil(perSecond / 4)) : BATCH_MAX,
      mayContinue: async (redriven) => {
        progress.advance(redriven - shown)
        shown = redriven
        const earlyMs = perSecond ? start + (redriven / perSecond) * 1000 - performance.now() : 0
        if (earlyMs > 0 && redriven < total) await sleep(earlyMs, undefined, { signal }).catch(() => {})
        return !signal.aborted
      },
    })
  } finally {
    progress.finish()
    dispose()
  }
}
