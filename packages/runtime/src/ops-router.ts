import { type Response, Router } from 'express'
import { withDeadline } from './deadline.ts'
import { metrics } from './metrics.ts'

const CHECK_DEADLINE_MS = 1000

export interface Operations {
  /**
   * True, or the reason why the process is stuck. Unavailable stores do not count, because a restart would not help.
   */
  isAlive: () => boolean | string
  /** The process's stores by name; a check rejects when its store does not answer. */
  checks: Record<string, () => Promise<unknown>>
  /** Whether all stores must answer, or one is enough. */
  ready?: 'all' | 'any'
  /** Updates gauges that are measured only on request. */
  beforeMetrics?: () => Promise<void>
}

/** `/healthz`, `/readyz` and `/metrics` of a process. */
export function opsRouter({ isAlive, checks, ready = 'all', beforeMetrics }: Operations): Router {
  const router = Router()
  router.get('/healthz', (_request, response) => answerHealth(response, isAlive()))
  router.get('/readyz', async (_request, response) => answerReadiness(response, await failing(checks), checks, ready))
  router.get('/metrics', async (_request, response) => {
    await beforeMetrics?.().catch(() => undefined)
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  return router
}

function answerHealth(response: Response, alive: boolean | string): void {
  if (alive === true) response.json({ status: 'alive' })
  else response.status(503).json({ status: 'stuck', ...(alive && { reason: alive }) })
}

function answerReadiness(
  response: Response,
  failing: string[],
  checks: Operations['checks'],
  ready: 'all' | 'any',
): void {
  const enough = ready === 'all' ? failing.length === 0 : failing.length < Object.keys(checks).length
  if (enough) response.json({ status: 'ready', failing })
  else response.status(503).json({ status: 'unready', failing })
}

async function failing(checks: Operations['checks']): Promise<string[]> {
  const verdicts = await Promise.all(
    Object.entries(checks).map(async ([store, check]) => {
      const answered = Promise.resolve()
        .then(check)
        .then(() => true)
      return (await withDeadline(answered, CHECK_DEADLINE_MS, store).catch(() => false)) ? [] : [store]
    }),
  )
  return verdicts.flat()
}
