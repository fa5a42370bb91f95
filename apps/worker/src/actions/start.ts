import { takeActions } from '@sluice/database/actions/run'
import type { Pool } from '@sluice/database/pool'
import { reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import { type Repeated, repeat } from '../schedules/repeat.ts'
import type { ActionTools } from './context.ts'
import { runAction } from './run-action.ts'

/** A person waits for an answer, and the query reads a small index. */
const INTERVAL_MS = 1_000

/** They share the worker with its events, and each takes some connections. */
const RUNNING_MAX = 3

/** Takes the actions of operators and carries them out, a few at a time. @param pool only looks for actions */
export function startActions(pool: Pool, tools: ActionTools, throttledLog: ThrottledLogger): Repeated {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()

  const take = async (limit: number, isStop: boolean) => {
    for (const action of await takeActions(pool, { limit, isStop })) {
      const run = runAction(tools, action, stopping.signal).finally(() => running.delete(run))
      running.add(run)
    }
  }

  const taking = repeat(
    async () => {
      await take(RUNNING_MAX, true) // also while long actions take all places
      if (running.size < RUNNING_MAX) await take(RUNNING_MAX - running.size, false)
    },
    INTERVAL_MS,
    (error) => throttledLog.warn('Actions are not taken', { reason: reasonOf(error) }),
  )
  return {
    soon: taking.soon,
    stop: async () => {
      stopping.abort()
      await taking.stop()
      await Promise.all(running)
    },
  }
}
