import { setTimeout as sleep } from 'node:timers/promises'
import type { RedriveSteps } from '@sluice/database/dead-letters'
import { EXIT } from './exit-codes.ts'
import { createProgress } from './progress.ts'

const STEP_MAX = 100

/**
 * Runs a redrive in steps of a quarter of a second's letters, shows how far it is, and ends it after the step under
 * way on Ctrl-C: then the exit code is 1, and the rest is untouched.
 *
 * @param perSecond as fast as it goes unless told.
 */
export async function giveBack(
  total: number,
  perSecond: number | undefined,
  run: (steps: RedriveSteps) => Promise<number>,
): Promise<number> {
  if (total === 0) return 0
  const { signal, dispose } = interruptible()
  const progress = createProgress(total)
  const start = performance.now()
  let shown = 0
  try {
    return await run({
      size: perSecond ? Math.min(STEP_MAX, Math.ceil(perSecond / 4)) : STEP_MAX,
      goOn: async (redriven) => {
        progress.advance(redriven - shown)
        shown = redriven
        const early = perSecond ? start + (redriven / perSecond) * 1000 - performance.now() : 0
        if (early > 0 && redriven < total) await sleep(early, undefined, { signal }).catch(() => {})
        return !signal.aborted
      },
    })
  } finally {
    progress.finish()
    dispose()
  }
}

/** Ctrl-C is a wish to stop here; a second one ends the process as ever. */
function interruptible() {
  const stopping = new AbortController()
  const stop = () => {
    process.exitCode = EXIT.failed
    stopping.abort()
  }
  process.once('SIGINT', stop)
  return { signal: stopping.signal, dispose: () => process.off('SIGINT', stop) }
}
