import type { RequestListener } from 'node:http'
import { providers } from '@sluice/providers'
import { type Logger, reasonOf, throttledLogger } from '@sluice/runtime/logger'
import { opsRouter } from '@sluice/runtime/ops-router'
import { createProbe } from '@sluice/runtime/probe'
import express, { type ErrorRequestHandler, type Express, type Request, type Response, Router } from 'express'
import helmet from 'helmet'
import { answer } from './answer.ts'
import type { Ingest } from './context.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRecorder } from './record.ts'
import { webhook } from './webhook.ts'

/**
 * All routes. Webhooks are routed before the Express app, because an app changes the prototype of each request. That
 * slows down Node's own code and costs more than all other work of ingest.
 */
export function routes(ingest: Ingest): RequestListener {
  const { producer, settings, logger } = ingest
  const router = Router()
  const rateLimit = createRateLimit(producer.redis, settings.rateLimitPerMinute)
  const parts = { ...ingest, record: createRecorder(ingest), rateLimit }
  for (const provider of providers) router.route([...provider.paths]).all(webhook(provider, parts))
  router.use(others(ingest)).use(unexpected(logger))
  return (request, response) => router(request as Request, response as Response, () => response.destroy())
}

function others({ inbox, producer }: Ingest): Express {
  const app = express().disable('x-powered-by').use(helmet())
  const probes = { postgres: createProbe(() => inbox.probe()), redis: createProbe(() => producer.probe()) }
  app.use(opsRouter({ isAlive: () => true, probes, ready: 'any' }))
  return app.use((request, response) => answer(request, response, 404, { error: 'unknown_provider' }))
}

/** Never answers 500, because a sender could treat that as final for the event. */
function unexpected(logger: Logger): ErrorRequestHandler {
  const throttledLog = throttledLogger(logger)
  return (error, request, response, _next) => {
    throttledLog.error('Internal error in request', { reason: reasonOf(error) })
    answer(request, response, 503, { error: 'unavailable' }, { 'Retry-After': 30 })
  }
}
