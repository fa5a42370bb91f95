import type { RequestListener } from 'node:http'
import { providers } from '@sluice/providers'
import { type Logger, reasonOf, throttledLogger } from '@sluice/runtime/logger'
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express'
import { answer } from './answer.ts'
import type { Ingest } from './context.ts'
import { opsApp } from './ops.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRecorder } from './record.ts'
import { type WebhookParts, webhook } from './webhook.ts'

export type RouteParts = Ingest & Pick<WebhookParts, 'budget' | 'connections'> & Parameters<typeof opsApp>[0]

/**
 * All routes of the webhook port. Webhooks are routed before the Express app, because an app changes the prototype of
 * each request. That slows down Node's own code and costs more than all other work of ingest.
 */
export function webhookRoutes(parts: RouteParts): RequestListener {
  const { producer, settings, logger } = parts
  const router = Router()
  const rateLimit = createRateLimit(producer, settings.rateLimitPerMinute)
  const webhookParts = { ...parts, record: createRecorder(parts), rateLimit }
  for (const provider of providers) router.route([...provider.paths]).all(webhook(provider, webhookParts))
  if (!settings.hasOpsPort) router.use(opsApp(parts))
  return listener(router, logger)
}

/** All routes of the ops port. */
export const opsRoutes = (parts: RouteParts): RequestListener => listener(Router().use(opsApp(parts)), parts.logger)

function listener(router: Router, logger: Logger): RequestListener {
  router.use(unknown).use(unexpected(logger))
  return (request, response) => router(request as Request, response as Response, () => response.destroy())
}

const unknown: RequestHandler = (request, response) => answer(request, response, 404, { error: 'unknown_provider' })

/** Never answers 500, because a sender could treat that as final for the event. */
function unexpected(logger: Logger): ErrorRequestHandler {
  const throttledLog = throttledLogger(logger)
  return (error, request, response, _next) => {
    throttledLog.error('Internal error in request', { reason: reasonOf(error) })
    answer(request, response, 503, { error: 'unavailable' }, { 'Retry-After': 30 })
  }
}
