import type { BoardOptions } from '@bull-board/api/typings/app'
import type { Logger } from '@sluice/runtime/logger'
import type { Request, RequestHandler } from 'express'

/** Actions that operators may take. Adding, editing, emptying and obliterating are excluded: only providers make events. */
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

/** Lets only allowed actions through, and none that would discard an event. */
export const guardWrites: Before = async ({ method, route, request }) => {
  if (method === 'get') return
  if (!ALLOWED.has(route)) return refused('This board does not do that.')
  if (route.endsWith('/clean/:queueStatus') && request.params['queueStatus'] !== 'completed') {
    return refused('Only completed jobs can be cleaned all at once.')
  }
  if (route.endsWith('/:jobId/clean') && (await carriesAnEvent(request.queues, request.params))) {
    return refused('This job carries an event that is not in the database yet.')
  }
}

const refused = (message: string) => ({ allow: false, status: 403, message }) as const

/** An event that arrived while Postgres was down exists in its job alone. */
async function carriesAnEvent(
  queues: Parameters<Before>[0]['request']['queues'],
  { queueName, jobId }: Record<string, string>,
): Promise<boolean> {
  const job = await queues.get(queueName ?? '')?.getJob(jobId ?? '')
  return job?.toJSON().data?.event !== undefined
}

/** Refuses writes from pages of other sites, since a browser adds the login by itself. Other clients send neither header. */
export const sameOriginWrites: RequestHandler = (request, response, next) => {
  if (!isWrite(request) || isSameOrigin(request)) return next()
  response.status(403).json({ error: 'forbidden' })
}

function isSameOrigin({ headers }: Request): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin } = headers
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === headers.host)
}

/** Answers every write with 405. */
export const noWrites: RequestHandler = (request, response, next) => {
  if (!isWrite(request)) return next()
  response.status(405).set('Allow', 'GET, HEAD').json({ error: 'read_only' })
}

/** Logs each write: user, action, job and outcome. The path holds names and ids, never data. */
export function auditWrites(logger: Logger, user: string): RequestHandler {
  return (request, response, next) => {
    const { method, path } = request
    if (isWrite(request)) {
      response.on('finish', () =>
        logger.info('Board write', { user, method, path, status: response.statusCode, address: request.ip }),
      )
    }
    next()
  }
}

const isWrite = ({ method }: Request) => method !== 'GET' && method !== 'HEAD'
