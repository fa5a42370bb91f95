import type { Pool } from '@sluice/database/pool'
import type { Logger } from '@sluice/runtime/logger'
import type { Probe } from '@sluice/runtime/probe'
import type { StoredFiles } from '@sluice/stored-files'
import type { Queue } from 'bullmq'
import { Router } from 'express'
import { action, actionChain, actions, newAction } from './actions.ts'
import { deadLetterMembers, deadLetters } from './dead-letters.ts'
import { deliveries, refusals } from './deliveries.ts'
import { email, emails } from './emails.ts'
import { event } from './event.ts'
import { events } from './events.ts'
import { files } from './files.ts'
import { find } from './find.ts'
import { generation } from './generation.ts'
import { generations } from './generations.ts'
import { health } from './health.ts'
import { ledger, ledgerCsv, payment } from './ledger.ts'
import { overview } from './overview.ts'
import { customer, customerHistory, user, userHistory } from './people.ts'
import { reconcileRun, reconcileRuns } from './reconcile.ts'
import { revealing } from './reveal.ts'
import { refuse } from './route.ts'
import { session } from './session.ts'
import { stream } from './stream.ts'

/** Every route below `/api` that reads the database. */
export const ROUTES = [
  events,
  event,
  find,
  deadLetters,
  deadLetterMembers,
  user,
  userHistory,
  customer,
  customerHistory,
  generations,
  generation,
  emails,
  email,
  overview,
  ledger,
  payment,
  actions,
  actionChain,
  action,
  deliveries,
  refusals,
  reconcileRuns,
  reconcileRun,
]

export interface ApiOptions {
  /** Connections that can only read. */
  reader: Pool
  /** Connections that may insert actions, and nothing else. */
  writer: Pool
  files: StoredFiles
  queues: Queue[]
  /** Of the view Send; null in production: then nothing can be sent. */
  send: Router | null
  readOnly: boolean
  environment: string
  /** Of the stores, by name. */
  probes: Record<string, Probe>
  logger: Logger
}

/** The data of the console. Must be mounted behind the login. */
export function api(options: ApiOptions): Router {
  const { reader, writer, files: store, queues, send, readOnly, environment, probes, logger } = options
  const router = Router()
  router.get('/session', session({ readOnly, environment, maySend: send !== null }))
  router.get('/stream', stream(reader, logger))
  router.get('/health', health(reader, queues, probes))
  router.get('/files/*key', files(reader, store))
  router.get('/ledger.csv', ledgerCsv(reader))
  for (const { path, handler } of ROUTES) router.get(path, handler(reader, probes))
  if (send) router.use(send)
  router.use(revealing(reader))
  router.use(newAction(writer))
  router.use((_request, response) => refuse(response, 404, { error: 'not_found' }))
  return router
}
