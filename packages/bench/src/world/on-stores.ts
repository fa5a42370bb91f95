import { existsSync } from 'node:fs'
import { entryOf } from '@sluice/testing'
import { stopAll } from './child.ts'
import { type Stores, withStores } from './stores.ts'

/**
 * Measures something on stores of its own. Whatever it starts is ended with it, also by Ctrl-C.
 * @throws where the apps are not built.
 */
export async function onStores<T>(measure: (stores: Stores) => Promise<T>): Promise<T> {
  for (const app of ['ingest', 'worker'])
    if (!existsSync(entryOf(app))) throw new Error(`apps/${app} is not built: run pnpm build first.`)
  const interrupted = interruption()
  interrupted.catch(() => {}) // the race below tells of it, once there is something to end
  return withStores(async (stores) => {
    try {
      return await Promise.race([measure(stores), interrupted])
    } finally {
      await stopAll()
    }
  }).catch((error) => {
    // What was under way would go on, and wait for stores that are gone.
    if (error instanceof InterruptedError) process.exit(1)
    throw error
  })
}

class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

/** Rejects on Ctrl-C: it ends the run, and all that was started for it. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new InterruptedError()))
  })
}
