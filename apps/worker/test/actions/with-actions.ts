import { insertAction, type NewAction, readAction } from '@sluice/database/actions'
import { takeActions } from '@sluice/database/actions/run'
import { connect, type Pool } from '@sluice/database/pool'
import { createEmailWriter } from '@sluice/emails'
import { decide } from '@sluice/handlers'
import { createLogger } from '@sluice/runtime/logger'
import { withPostgres } from '@sluice/testing'
import type { ActionTools } from '../../src/actions/context.ts'
import { runAction } from '../../src/actions/run-action.ts'

export interface TestActions {
  /** As owner. */
  owner: Pool
  tools: ActionTools
  /** Inserts an action as an operator asks for it. @returns its id */
  ask(action: Pick<NewAction, 'kind' | 'filter'> & Partial<NewAction>): Promise<string>
  /** Inserts it, carries it out with the rights of a worker, and reads it. */
  carryOut(action: Pick<NewAction, 'kind' | 'filter'> & Partial<NewAction>): Promise<Ended>
}

export type Ended = Omit<NonNullable<Awaited<ReturnType<typeof readAction>>>, 'result'> & {
  result: Record<string, unknown> | null
}

/** A worker's room of actions on a real database. */
export const withActions = (use: (actions: TestActions) => Promise<void>, changed: Partial<ActionTools> = {}) =>
  withPostgres(async ({ url, roleUrl }) => {
    const [owner, pool] = [connect(url), connect(roleUrl('sluice_worker'), { lockWaitMs: 250 })]
    const logger = createLogger('worker')
    logger.silent = true
    const rules = { decide, pastDueIsActive: true, jobWaitSeconds: 0 } as ActionTools['rules']
    const tools: ActionTools = {
      ...{ pool, rules, logger, eventDays: 30, writer: createEmailWriter({ sender: 'Acme' }) },
      handlerVersion: () => 'handlers 1',
      openApis: async () => [],
      ...changed,
    }
    const ask: TestActions['ask'] = (action) =>
      insertAction(owner, {
        actor: 'ada',
        role: 'operator',
        address: null,
        reason: 'the handler was mended',
        ...action,
      })
    try {
      await use({
        owner,
        tools,
        ask,
        carryOut: async (action) => {
          const id = await ask(action)
          const [taken] = await takeActions(pool, { limit: 1, isStop: action.kind === 'stop' })
          if (taken?.id !== id) throw new Error(`action ${id} was not taken, but ${taken?.id}`)
          await runAction(tools, taken, new AbortController().signal)
          return (await readAction(owner, id)) as Ended
        },
      })
    } finally {
      await Promise.all([owner.end(), pool.end()])
    }
  })
