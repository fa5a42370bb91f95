import type { Pool } from '@sluice/database/pool'
import type { Logger } from '@sluice/runtime/logger'
import { opsRouter } from '@sluice/runtime/ops-router'
import type { Probe } from '@sluice/runtime/probe'
import type { Queue } from 'bullmq'
import express, { type Express } from 'express'
import helmet from 'helmet'
import { api } from './api/index.ts'
import { bullBoard } from './bull-board.ts'
import { type Credentials, login } from './login.ts'
import { page } from './page.ts'
import { auditWrites, noWrites, sameOriginWrites } from './writes.ts'

export interface BoardOptions {
  queues: Queue[]
  /** Connections that can only read. */
  reader: Pool
  credentials: Credentials
  readOnly: boolean
  environment: string
  /** Number of trusted proxies in front. */
  trustProxy: number
  /** Probes of the stores for `/readyz`, by name. */
  probes: Record<string, Probe>
  logger: Logger
}

/** All routes. All except `/healthz` and `/readyz` require a login. */
export function createBoard(options: BoardOptions): Express {
  const { queues, reader, credentials, readOnly, environment, trustProxy, probes, logger } = options
  const app = express()
  app.set('trust proxy', trustProxy)
  app.use(pageHeaders)
  const ops = opsRouter({ isAlive: () => true, probes })
  app.get(['/healthz', '/readyz'], ops)

  app.use(login(credentials, logger))
  app.get('/metrics', ops)
  app.use(auditWrites(logger, credentials.user))
  app.use(sameOriginWrites)
  if (readOnly) app.use(noWrites)
  app.use('/api', api(reader))
  app.use('/queues', bullBoard({ queues, basePath: '/queues', readOnly, environment }))
  app.use(page())
  app.use((_request, response) => void response.status(404).json({ error: 'not_found' }))
  return app
}

/** The page may load only our own files. TLS and HSTS are left to the proxy in front. */
const pageHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      // Bull Board sets inline styles.
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
