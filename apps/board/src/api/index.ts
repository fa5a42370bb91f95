import type { Pool } from '@sluice/database/pool'
import { Router } from 'express'
import { event } from './event.ts'
import { events } from './events.ts'
import { refuse } from './route.ts'
import { session } from './session.ts'

/** Every route below `/api` that reads the database. */
export const ROUTES = [events, event]

export interface ApiOptions {
  /** Connections that can only read. */
  reader: Pool
  readOnly: boolean
  environment: string
}

/** The data of the console. Must be mounted behind the login. */
export function api({ reader, readOnly, environment }: ApiOptions): Router {
  const router = Router()
  router.get('/session', session({ readOnly, environment }))
  for (const { path, handler } of ROUTES) router.get(path, handler(reader))
  router.use((_request, response) => refuse(response, 404, { error: 'not_found' }))
  return router
}
