import type { BoardOptions } from '@bull-board/api/typings/app'
import type { RequestHandler } from 'express'
import { personOf } from '../sign-in/authenticate.ts'

type After = NonNullable<NonNullable<BoardOptions['handlerHooks']>['after']>
type Body = Awaited<ReturnType<After>>['body']

/** Bull Board passes only headers to its hooks. */
const ROLE = 'x-sluice-role'

/** Tells the hooks who asks, whatever the request says. */
export const noteRole: RequestHandler = (request, response, next) => {
  request.headers[ROLE] = personOf(response).role
  next()
}

/** Shows a viewer no button: each would be refused. */
export function withoutButtonsOf(headers: Record<string, string | undefined>, body: Body): Body {
  if (headers[ROLE] !== 'viewer' || typeof body !== 'object' || !('queues' in body) || !Array.isArray(body.queues))
    return body
  const queues = body.queues.map((queue) => ({
    ...queue,
    ...{ readOnlyMode: true, allowRetries: false, allowCompletedRetries: false },
  }))
  return { ...body, queues } as Body
}
