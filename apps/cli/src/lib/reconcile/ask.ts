import { type ReconcileOptions, reconcile } from '@sluice/database/reconcile'
import type { VerifiedEvent } from '@sluice/events'
import { handledTypesOf } from '@sluice/handlers'
import type { OpenApi } from '@sluice/providers/apis'
import type { Pool } from 'pg'
import { createProgress } from '../progress.ts'

export interface Asked {
  checked: number
  missed: VerifiedEvent[]
  /** An explanation for each provider whose API failed, and what to do about it. */
  errors: string[]
}

/** Queries every provider in turn, even after a failure. Events repaired before a failure stay repaired. */
export async function ask(
  pool: Pool,
  apis: OpenApi[],
  period: Pick<ReconcileOptions, 'since' | 'until' | 'repair'>,
): Promise<Asked> {
  const asked: Asked = { checked: 0, missed: [], errors: [] }
  for (const { provider, api } of apis) {
    const onRefusedAccount = (account: string) => console.error(`${account} denies API access and is left out.`)
    const options = { ...period, handledTypes: handledTypesOf(provider.name), onRefusedAccount }
    const bars = createBars()
    try {
      for await (const { checked, missed, ...progress } of reconcile(pool, api.sentEvents, options)) {
        asked.checked += checked
        asked.missed.push(...missed)
        bars.show(progress)
      }
    } catch (error) {
      const sentence = api.explain(error)
      if (sentence === undefined) throw error
      asked.errors.push(sentence)
    } finally {
      bars.finish()
    }
  }
  return asked
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
