import type { Logger } from '@sluice/runtime/logger'
import { opsRouter } from '@sluice/runtime/ops-router'
import type { Queue } from 'bullmq'
import express, { type Express } from 'express'
import helmet from 'helmet'
import { bullBoard } from './bull-board.ts'
import { type Credentials, login } from './login.ts'
import { auditWrites, noWrites, sameOriginWrites } from './writes.ts'

export interface BoardOptions {
  queues: Queue[]
  credentials: Credentials
  readOnly: boolean
  environment: string
  /** Proxies in front of it, whose word on the client's address counts. */
  trustProxy: number
  /** The stores that must answer for `/readyz`, by name. */
  checks: Record<string, () => Promise<unknown>>
  logger: Logger
}

/** The whole list of routes. Only the health of the process is told without login. */
export function createBoard(options: BoardOptions): Express {
  const { queues, credentials, readOnly, environment, trustProxy, checks, logger } = options
  const app = express()
  app.set('trust proxy', trustProxy)
  app.use(pageHeaders)
  app.get(['/healthz', '/readyz'], opsRouter({ isAlive: () => true, checks }))

  app.use(login(credentials))
  app.use(auditWrites(logger, credentials.user))
  app.use(sameOriginWrites)
  if (readOnly) app.use(noWrites)
  app.get('/', (_request, response) => response.redirect('/queues'))
  app.use('/queues', bullBoard({ queues, basePath: '/queues', readOnly, environment }))
  app.use((_request, response) => void response.status(404).json({ error: 'not_found' }))
  return app
}

/** The page is made of our own files only. TLS, and with it the headers that demand it, is the proxy's in front. */
const pageHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      // The page sets styles on its elements.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
})
