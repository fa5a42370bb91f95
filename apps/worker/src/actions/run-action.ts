import { checkAction, isProblem } from '@sluice/database/actions'
import {
  type ActionEnd,
  endAction,
  handBack,
  renewLease,
  type TakenAction,
  writeProgress,
} from '@sluice/database/actions/run'
import { kindOf, sqlState } from '@sluice/database/sql'
import { reasonOf } from '@sluice/runtime/logger'
import type { ActionContext, ActionTools, RunAction } from './context.ts'
import { ActionEndedError } from './ended-error.ts'
import { RUNS } from './kinds/index.ts'
import { ActionRefusedError } from './refused-error.ts'

/** An action that ends its worker so often is the cause. */
const ATTEMPTS_MAX = 3

/** A third of the lease, so that one late answer does no harm. */
const RENEW_MS = 3_000

/** Wait after an outage, or after a lock that workers hold. */
const RETRY_SECONDS = 5

/** Carries out an action that this worker has taken. Never rejects. @param stopping aborted when the process stops */
export async function runAction(tools: ActionTools, action: TakenAction, stopping: AbortSignal): Promise<void> {
  const { pool, logger } = tools
  const { id, actor, kind } = action
  const ended = new AbortController()
  const end = () => ended.abort(new ActionEndedError())
  stopping.addEventListener('abort', end)
  const renewing = setInterval(
    () =>
      void renewLease(pool, action).then(
        (ours) => ours || end(),
        () => {},
      ),
    RENEW_MS,
  )
  try {
    const result = await resultOf(action, contextOf(tools, action, ended.signal, end))
    if (await endAction(pool, action, result))
      logger.info('Action ended', { actor, kind, action: id, state: result.state })
  } catch (error) {
    await leave(tools, action, error)
  } finally {
    clearInterval(renewing)
    stopping.removeEventListener('abort', end)
  }
}

/** @throws what another run may survive */
async function resultOf(action: TakenAction, context: ActionContext): Promise<ActionEnd> {
  if (action.attempts > ATTEMPTS_MAX)
    return { state: 'failed', error: `${ATTEMPTS_MAX} workers ended while they carried this out.` }
  const checked = checkAction(action)
  if (isProblem(checked)) return { state: 'refused', error: `${checked.parameter} ${checked.message}` }
  const run = RUNS[checked.kind] as RunAction<unknown>
  try {
    return { state: 'done', result: await run(checked.filter, context) }
  } catch (error) {
    if (error instanceof ActionRefusedError) return { state: 'refused', error: error.message }
    if (error instanceof ActionEndedError || isPassing(error)) throw error
    context.logger.warn('Action failed', { action: action.id, kind: action.kind, reason: reasonOf(error) })
    return { state: 'failed', error: `It failed (${reasonOf(error)}). The log of the worker has the same code.` }
  }
}

/** Also where a preview explains the lock that it has met. A statement that Postgres does not allow stays so. */
const isPassing = (error: unknown): boolean =>
  sqlState(error)?.startsWith('42') !== true &&
  (['outage', 'conflict'].includes(kindOf(error)) || (error instanceof Error && kindOf(error.cause) === 'conflict'))

/** A stop or another worker has it already; else it is begun again, here or elsewhere. */
async function leave({ pool, logger }: ActionTools, action: TakenAction, error: unknown): Promise<void> {
  const hasEnded = error instanceof ActionEndedError
  if (!hasEnded) logger.warn('Action waits', { action: action.id, kind: action.kind, reason: reasonOf(error) })
  await handBack(pool, action, hasEnded ? 0 : RETRY_SECONDS).catch(() => {}) // else its lease ends
}

const contextOf = (tools: ActionTools, action: TakenAction, signal: AbortSignal, end: () => void): ActionContext => ({
  ...tools,
  action,
  signal,
  progress: async (done, total) => {
    signal.throwIfAborted()
    if (!(await writeProgress(tools.pool, action, { done, total }))) end()
    signal.throwIfAborted()
  },
})
