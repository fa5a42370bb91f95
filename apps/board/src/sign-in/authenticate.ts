import type { Request, RequestHandler, Response } from 'express'
import { baseFor } from '../base.ts'
import { tokenOf } from './cookie.ts'
import type { Gate } from './gate.ts'
import { ownPath } from './own-path.ts'
import type { Credentials, Person } from './people.ts'
import type { Sessions } from './sessions.ts'

/** Lets in who has a session, or sends the right credentials as HTTP Basic. */
export function authenticate(gate: Gate, sessions: Sessions): RequestHandler {
  return async (request, response, next) => {
    const credentials = credentialsOf(request)
    if (credentials === null) {
      const token = tokenOf(request, response)
      const person = token === undefined ? undefined : sessions.find(token)
      if (!person) return askForLogin(request, response)
      response.locals['person'] = person
      response.locals['token'] = token
      response.locals['sessions'] = sessions
      return next()
    }
    const passage = await gate(credentials, request.ip)
    if ('waitMs' in passage) return refuseGuess(response, passage.waitMs)
    if ('wrong' in passage) return askForLogin(request, response)
    response.locals['person'] = passage.person
    next()
  }
}

/** The person who sent the request. Only behind `authenticate`. */
export const personOf = (response: Response): Person => response.locals['person']

/** Whether the request came with HTTP Basic instead of a session. Only behind `authenticate`. */
export const isByScript = (response: Response): boolean => response.locals['token'] === undefined

/** Whether the session of a long answer still lasts. Basic has none. */
export function isStillSignedIn({ locals }: Response): boolean {
  const sessions: Sessions | undefined = locals['sessions']
  return sessions === undefined || sessions.find(locals['token']) !== undefined
}

function credentialsOf(request: Request): Credentials | null {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** A person who opens a page gets the form; a script is asked for HTTP Basic. */
function askForLogin(request: Request, response: Response): void {
  if (isNavigation(request)) askPerson(request, response)
  else askScript(request, response)
}

/** The browser would open a window of its own for a request of a page that is asked for Basic. */
function askScript(request: Request, response: Response): void {
  const scheme = isFromPage(request) ? 'Session' : 'Basic'
  response
    .status(401)
    .set('WWW-Authenticate', `${scheme} realm="Sluice", charset="UTF-8"`)
    .json({ error: 'unauthorized' })
}

/**
 * A browser leaves the cookie out when a link on another site, such as in an alert, opens the page. It sends the cookie
 * when the page then opens itself.
 */
function askPerson(request: Request, response: Response): void {
  const base = baseFor(response)
  const path = ownPath(base, base + request.url)
  if (request.headers['sec-fetch-site'] === 'cross-site' && request.headers.cookie === undefined) {
    response.set({ Refresh: `0; url=${path}`, 'Cache-Control': 'no-store' }).send('')
    return
  }
  response.redirect(303, `${base}/sign-in?next=${encodeURIComponent(path)}`)
}

const isNavigation = (request: Request): boolean =>
  request.method === 'GET' && request.accepts(['json', 'html']) === 'html'

const isFromPage = ({ headers }: Request): boolean =>
  headers['sec-fetch-site'] !== undefined || /^(application\/json|text\/event-stream)$/.test(headers.accept ?? '')

export function refuseGuess(response: Response, milliseconds: number): void {
  response
    .status(429)
    .set('Retry-After', String(Math.ceil(milliseconds / 1000)))
    .json({ error: 'rate_limited' })
}
