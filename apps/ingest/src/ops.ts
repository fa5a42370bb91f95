import { metrics } from '@sluice/runtime/metrics'
import { opsRouter } from '@sluice/runtime/ops-router'
import { createProbe } from '@sluice/runtime/probe'
import express, { type Express } from 'express'
import helmet from 'helmet'
import type { BodyBudget } from './body-budget.ts'
import type { Connections } from './connections.ts'
import type { Ingest } from './context.ts'

export interface OpsParts extends Pick<Ingest, 'inbox' | 'producer'> {
  budget: Pick<BodyBudget, 'bytes'>
  connections: Pick<Connections, 'count'>
}

/** `/healthz`, `/readyz` and `/metrics`. Ingest is ready while one of its stores answers. */
export function opsApp({ inbox, producer, budget, connections }: OpsParts): Express {
  const probes = { postgres: createProbe(() => inbox.probe()), redis: createProbe(() => producer.probe()) }
  const beforeMetrics = async () => {
    metrics.bodyBytes.set(budget.bytes())
    metrics.connections.set(connections.count())
  }
  const app = express().disable('x-powered-by').use(helmet())
  return app.use(opsRouter({ isAlive: () => true, probes, ready: 'any', beforeMetrics }))
}
