import type { Pool } from '@sluice/database/pool'
import { Router } from 'express'
import { event } from './event.ts'
import { events } from './events.ts'
import { refuse } from './route.ts'

/** Every route below `/api`. */
export const ROUTES = [events, event]

/** What the console reads. Must be mounted behind the login. @param reader connections that can only read */
export function api(reader: Pool): Router {
  const router = Router()
  for (const { path, handler } of ROUTES) router.get(path, handler(reader))
  router.use((_request, response) => refuse(response, 404, { error: 'not_found' }))
  return router
}
