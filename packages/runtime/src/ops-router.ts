import { type Response, Router } from 'express'
import { atMostEvery } from './at-most-every.ts'
import { metrics } from './metrics.ts'
import type { Probe } from './probe.ts'

/** Requests within this time share an answer, so that whoever reaches the port cannot take the process's time. */
const METRICS_MS = 1000

export interface Operations {
  /**
   * True, or the reason why the process is stuck. Unavailable stores do not count, because a restart would not help.
   */
  isAlive: () => boolean | string
  /** The process's stores by name. */
  probes: Record<string, Probe>
  /** Whether all stores must be usable, or one is enough. */
  ready?: 'all' | 'any'
  /** Updates gauges that are measured only on request. */
  beforeMetrics?: () => Promise<void>
}

/** `/healthz`, `/readyz` and `/metrics` of a process. */
export function opsRouter({ isAlive, probes, ready = 'all', beforeMetrics }: Operations): Router {
  const router = Router()
  const renderMetrics = atMostEvery(METRICS_MS, async () => {
    await beforeMetrics?.().catch(() => undefined)
    return Buffer.from(await metrics.registry.metrics())
  })
  router.get('/healthz', (_request, response) => answerHealth(response, isAlive()))
  router.get('/readyz', async (_request, response) => answerReadiness(response, await reasonsOf(probes), probes, ready))
  router.get('/metrics', async (_request, response) => {
    const text = await renderMetrics()
    // Not `send`, which computes a hash of the text for each request.
    response.set({ 'Content-Type': metrics.registry.contentType, 'Content-Length': `${text.length}` }).end(text)
  })
  return router
}

function answerHealth(response: Response, alive: boolean | string): void {
  if (alive === true) response.json({ status: 'alive' })
  else response.status(503).json({ status: 'stuck', ...(alive && { reason: alive }) })
}

/** By name of each store that cannot be used: the code that says why. */
async function reasonsOf(probes: Operations['probes']): Promise<Record<string, string>> {
  const asked = await Promise.all(
    Object.entries(probes).map(async ([store, probe]) => ({ store, reason: await probe() })),
  )
  return Object.fromEntries(asked.flatMap(({ store, reason }) => (reason === null ? [] : [[store, reason]])))
}

function answerReadiness(
  response: Response,
  reasons: Record<string, string>,
  probes: Operations['probes'],
  ready: 'all' | 'any',
): void {
  const failing = Object.keys(reasons)
  const enough = ready === 'all' ? failing.length === 0 : failing.length < Object.keys(probes).length
  const state = { status: enough ? 'ready' : 'unready', failing, ...(failing.length > 0 && { reasons }) }
  response.status(enough ? 200 : 503).json(state)
}
