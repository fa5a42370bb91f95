import { type ReconcilePeriod, reconcileAll } from '@sluice/database/reconcile'
import type { ListedEvent } from '@sluice/events'
import { handledTypesOf } from '@sluice/handlers'
import type { OpenApi } from '@sluice/providers/apis'
import type { Pool } from 'pg'
import { createProgress } from '../progress.ts'
import { explained, NO_ENDPOINTS, refusedAccount } from './explain.ts'

export interface Asked {
  checked: number
  missed: ListedEvent[]
  /** An explanation for each provider whose API failed, and what to do about it. */
  errors: string[]
}

/** Queries every provider in turn, even after a failure. Events repaired before a failure stay repaired. */
export async function ask(
  pool: Pool,
  apis: OpenApi[],
  period: Omit<ReconcilePeriod, 'handledTypesOf' | 'askedBy'>,
): Promise<Asked> {
  const missed: ListedEvent[] = []
  let bars = createBars()
  const results = await reconcileAll(
    pool,
    apis,
    { ...period, askedBy: 'cli', handledTypesOf },
    {
      onStart: () => {
        bars.finish()
        bars = createBars()
      },
      onPage: (_, page) => {
        missed.push(...page.missed)
        bars.show(page)
      },
      onRefusedAccount: (_, account) => console.error(refusedAccount(account)),
      onRefusedEndpoints: () => console.error(NO_ENDPOINTS),
    },
  )
  bars.finish()
  return {
    missed,
    checked: results.reduce((sum, { checked }) => sum + checked, 0),
    errors: results.flatMap(({ provider, error }) => (error === undefined ? [] : explained(apis, provider, error))),
  }
}

/** A bar for each step. */
function createBars() {
  let step = ''
  let shown = 0
  let bar: ReturnType<typeof createProgress> | undefined
  return {
    show(progress: { step: string; done: number; total: number }): void {
      if (progress.step !== step) {
        bar?.finish()
        bar = createProgress(progress.total)
        step = progress.step
        shown = 0
      }
      bar?.advance(progress.done - shown)
      shown = progress.done
    },
    finish: () => bar?.finish(),
  }
}
