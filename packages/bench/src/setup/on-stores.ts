import { existsSync } from 'node:fs'
import { entryOf } from '@sluice/testing'
import { stopAll } from './child.ts'
import { type Stores, withStores } from './stores.ts'

/**
 * Runs a measurement on stores of its own, and stops everything that it started, on Ctrl-C too.
 * @throws when the apps are not built.
 */
export async function onStores<T>(measure: (stores: Stores) => Promise<T>): Promise<T> {
  for (const app of ['ingest', 'worker', 'board'])
    if (!existsSync(entryOf(app))) throw new Error(`apps/${app} is not built: run pnpm build first.`)
  const interrupted = interruption()
  interrupted.catch(() => {}) // the race below reports it, once there is something to stop
  return withStores(async (stores) => {
    try {
      return await Promise.race([measure(stores), interrupted])
    } finally {
      await stopAll()
    }
  }).catch((error) => {
    // Work under way would wait for stores that no longer run.
    if (error instanceof InterruptedError) process.exit(1)
    throw error
  })
}

class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

/** Rejects on Ctrl-C, which ends the run. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new InterruptedError()))
  })
}
