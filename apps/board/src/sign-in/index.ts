import express, { type Request, type Response, Router } from 'express'
import { baseFor } from '../base.ts'
import { sameOriginWrites } from '../writes.ts'
import { clearToken, setToken, tokenOf } from './cookie.ts'
import type { Gate } from './gate.ts'
import { ownPath } from './own-path.ts'
import { page, STYLE } from './page.ts'
import type { Sessions } from './sessions.ts'

/** Longer than any name and password. */
const LONGEST_FORM = '8kb'

/** The pages to sign in and out. They need no login. */
export function signIn(gate: Gate, sessions: Sessions): Router {
  const router = Router()
  router.get('/sign-in/style.css', (_request, response) => void response.type('css').send(STYLE))
  router.get('/sign-in', (request, response) =>
    show(response, 200, { next: ownPath(baseFor(response), request.query['next']) }),
  )
  router.post('/sign-in', sameOriginWrites, express.urlencoded({ limit: LONGEST_FORM }), async (request, response) => {
    const { user, password, next } = fieldsOf(request, baseFor(response))
    const passage = await gate({ user, password }, request.ip)
    if ('waitMs' in passage) {
      response.set('Retry-After', String(Math.ceil(passage.waitMs / 1000)))
      return show(response, 429, { next, problem: 'Too many failures. Try again in a minute.' })
    }
    if ('wrong' in passage) return show(response, 401, { next, problem: 'User name or password is wrong.' })
    endSession(request, response, sessions)
    setToken(request, response, sessions.begin(passage.person))
    response.redirect(303, next)
  })
  router.post('/sign-out', sameOriginWrites, (request, response) => {
    endSession(request, response, sessions)
    clearToken(request, response)
    response.redirect(303, `${baseFor(response)}/sign-in`)
  })
  return router
}

function endSession(request: Request, response: Response, sessions: Sessions): void {
  const token = tokenOf(request, response)
  if (token !== undefined) sessions.end(token)
}

function show(response: Response, status: number, content: { next: string; problem?: string }): void {
  response
    .status(status)
    .set('Cache-Control', 'no-store')
    .type('html')
    .send(page({ ...content, base: baseFor(response) }))
}

function fieldsOf({ body }: Request, base: string) {
  const text = (name: string): string => (typeof body?.[name] === 'string' ? body[name] : '')
  return { user: text('user'), password: text('password'), next: ownPath(base, text('next')) }
}
