import type { Stack, TestProcess } from '@sluice/testing'
import { memoryOf, startImport } from './imported-account.ts'

/** Memory of a running import. */
export interface Sample {
  /** In milliseconds of `performance.now()`. */
  at: number
  mib: number
}

const EVERY_MS = 100

/**
 * Runs an import again until it ends by itself.
 *
 * @param began called with each run
 */
export async function importUntilDone(stack: Stack, began: (run: TestProcess) => void) {
  const samples: Sample[] = []
  for (;;) {
    const run = startImport(stack)
    began(run)
    const watch = setInterval(() => samples.push({ at: performance.now(), mib: memoryOf(run) }), EVERY_MS)
    const exitCode = await run.exited
    clearInterval(watch)
    if (exitCode !== null) return { exitCode, output: run.output(), samples }
  }
}
