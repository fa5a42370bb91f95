import type { BoardOptions } from '@bull-board/api/typings/app'
import type { Logger } from '@sluice/runtime/logger'
import type { Request, RequestHandler, Response } from 'express'
import { publicHost } from './base.ts'
import { personOf } from './sign-in/authenticate.ts'

/**
 * Actions that operators may take. Adding, editing, emptying and obliterating are not allowed, because only providers
 * create events.
 */
const ALLOWED = new Set([
  '/api/queues/:queueName/:jobId/retry',
  '/api/queues/:queueName/retry/:queueStatus',
  '/api/queues/:queueName/:jobId/promote',
  '/api/queues/:queueName/promote',
  '/api/queues/:queueName/:jobId/clean',
  '/api/queues/:queueName/clean/:queueStatus',
  '/api/queues/:queueName/pause',
  '/api/queues/:queueName/resume',
  '/api/queues/pause',
  '/api/queues/resume',
])

type Before = NonNullable<NonNullable<BoardOptions['handlerHooks']>['before']>

/** Allows only the listed actions, and none that would discard an event. */
export const guardWrites: Before = async ({ method, route, request }) => {
  if (method === 'get') return
  if (!ALLOWED.has(route)) return refused('This action is not allowed.')
  if (route.endsWith('/clean/:queueStatus') && request.params['queueStatus'] !== 'completed') {
    return refused('Only completed jobs can be cleaned in bulk.')
  }
  if (route.endsWith('/:jobId/clean') && (await carriesAnEvent(request.queues, request.params))) {
    return refused('This job contains an event that is not in the database yet.')
  }
}

const refused = (message: string) => ({ allow: false, status: 403, message }) as const

/** An event that arrived during a Postgres outage exists only in its job. */
async function carriesAnEvent(
  queues: Parameters<Before>[0]['request']['queues'],
  { queueName, jobId }: Record<string, string>,
): Promise<boolean> {
  const job = await queues.get(queueName ?? '')?.getJob(jobId ?? '')
  return job?.toJSON().data?.event !== undefined
}

/**
 * Refuses writes from pages of other sites, because a browser adds the login automatically. Other clients send neither
 * header.
 */
export const sameOriginWrites: RequestHandler = (request, response, next) => {
  if (!isWrite(request) || isSameOrigin(request, response)) return next()
  response.status(403).json({ error: 'forbidden' })
}

/** A proxy may put its own name in `Host`: then the one that people use is in `X-Forwarded-Host` or in `BOARD_URL`. */
function isSameOrigin({ headers, host }: Request, response: Response): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = headers
  return origin === undefined || (URL.canParse(origin) && [host, publicHost(response)].includes(new URL(origin).host))
}

/** Answers every write with 405. */
export const noWrites: RequestHandler = (request, response, next) => {
  if (!isWrite(request)) return next()
  response.status(405).set('Allow', 'GET, HEAD').json({ error: 'read_only' })
}

/** Answers every write of a viewer with 403. */
export const noWritesOfViewers: RequestHandler = (request, response, next) => {
  if (!isWrite(request) || personOf(response).role !== 'viewer') return next()
  response.status(403).json({ error: 'forbidden' })
}

/** Logs each write: user, action, job and outcome. The path holds names and ids, never data. */
export function auditWrites(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const { method, path } = request
    const { user } = personOf(response)
    if (isWrite(request)) {
      response.on('finish', () =>
        logger.info('Board write', { user, method, path, status: response.statusCode, address: request.ip }),
      )
    }
    next()
  }
}

const isWrite = ({ method }: Request) => method !== 'GET' && method !== 'HEAD'
