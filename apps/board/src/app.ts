import type { Pool } from '@sluice/database/pool'
import type { Logger } from '@sluice/runtime/logger'
import { opsRouter } from '@sluice/runtime/ops-router'
import type { Probe } from '@sluice/runtime/probe'
import type { StoredFiles } from '@sluice/stored-files'
import type { Queue } from 'bullmq'
import express, { type Express, Router } from 'express'
import { api } from './api/index.ts'
import { baseOf, keepBase } from './base.ts'
import { bullBoard } from './bull-board/bull-board.ts'
import { bullBoardHeaders, consoleHeaders } from './headers.ts'
import { page } from './page.ts'
import { authenticate } from './sign-in/authenticate.ts'
import { createGate } from './sign-in/gate.ts'
import { signIn } from './sign-in/index.ts'
import type { People } from './sign-in/people.ts'
import { createSessions } from './sign-in/sessions.ts'
import { auditWrites, noWrites, noWritesOfViewers, sameOriginWrites } from './writes.ts'

export interface BoardOptions {
  queues: Queue[]
  /** Connections that can only read. */
  reader: Pool
  /** Connections that may insert actions of operators, and nothing else. */
  writer: Pool
  /** Pictures and documents, read alone. */
  files: StoredFiles
  /** Those who may sign in. */
  people: People
  /** Of the view Send; null in production. */
  send: Router | null
  readOnly: boolean
  environment: string
  /** Number of trusted proxies in front. */
  trustProxy: number
  /** How people reach it: `https://example.com/sluice`. Default: by its own address, at `/`. */
  url?: string | undefined
  /** Probes of the stores for `/readyz`, by name. */
  probes: Record<string, Probe>
  logger: Logger
}

/** All routes. All except `/healthz`, `/readyz` and the form to sign in require a login. */
export function createBoard(options: BoardOptions): Express {
  const app = express()
  app.set('trust proxy', options.trustProxy)
  const base = baseOf(options.url)
  const handlers = [keepBase(base, options.url), routes(base, options)]
  // A proxy may keep the path in front or strip it.
  if (base !== '') app.use(base, ...handlers)
  app.use(...handlers)
  return app
}

function routes(base: string, options: BoardOptions): Router {
  const { queues, reader, writer, files, people, send, readOnly, environment, probes, logger } = options
  const app = Router()
  app.use(consoleHeaders)
  const ops = opsRouter({ isAlive: () => true, probes })
  app.get(['/healthz', '/readyz'], ops)

  const [gate, sessions] = [createGate(people, logger), createSessions()]
  app.use(signIn(gate, sessions))
  app.use(authenticate(gate, sessions))
  app.get('/metrics', ops)
  app.use(auditWrites(logger))
  app.use(sameOriginWrites)
  app.use(noWritesOfViewers)
  if (readOnly) app.use(noWrites)
  app.use('/api', api({ reader, writer, files, queues, send, readOnly, environment, probes, logger }))
  app.use('/queues', bullBoardHeaders, bullBoard({ queues, reader, base, readOnly, environment }))
  app.use(page(base))
  app.use((_request, response) => void response.status(404).json({ error: 'not_found' }))
  return app
}
