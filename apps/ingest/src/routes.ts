import { type Provider, providers, stripe } from '@sluice/providers'
import { type Logger, opsRouter, rateLimited, reasonOf } from '@sluice/runtime'
import express, { type ErrorRequestHandler, type Express } from 'express'
import helmet from 'helmet'
import { answer } from './answer.ts'
import type { Ingest } from './ingest.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRecorder } from './record.ts'
import { webhook } from './webhook.ts'

const pathsOf = (provider: Provider): string[] => [
  `/webhooks/${provider.name}`,
  `/api/v1/webhooks/${provider.name}`,
  ...(provider === stripe ? ['/api/webhook/stripe'] : []), // where endpoints of before Sluice still point
]

/** The whole list of routes. */
export function routes(ingest: Ingest): Express {
  const { inbox, producer, settings } = ingest
  const app = express().disable('x-powered-by').set('trust proxy', settings.trustProxy).use(helmet())
  const rateLimit = createRateLimit(producer.redis, settings.rateLimitPerMinute)
  const parts = { ...ingest, record: createRecorder(ingest), rateLimit }
  for (const provider of providers) app.all(pathsOf(provider), webhook(provider, parts))
  const checks = { postgres: () => inbox.ping(), redis: () => producer.ping() }
  app.use(opsRouter({ isAlive: () => true, checks, ready: 'any' }))
  app.use((request, response) => answer(request, response, 404, { error: 'unknown_provider' }))
  app.use(unexpected(ingest.logger))
  return app
}

/** Never a 500, which a sender could read as "this event is broken". */
function unexpected(logger: Logger): ErrorRequestHandler {
  const calm = rateLimited(logger)
  return (error, request, response, _next) => {
    calm.error('Request ended in an error of ours', { reason: reasonOf(error) })
    answer(request, response, 503, { error: 'unavailable' }, { 'Retry-After': 30 })
  }
}
