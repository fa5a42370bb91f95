import type { Request, Response } from 'express'
import { baseFor } from '../base.ts'
import { SESSION_MS } from './sessions.ts'

/** A browser takes a cookie with this prefix only over TLS, for this host alone and all of its paths. */
const SECURE = '__Host-'

/**
 * Boards below different paths of one host need different names, as the prefix of the name forbids a path of its own. It
 * would not keep the other applications of that host out: a page of theirs may read what is below ours.
 */
const nameFor = ({ secure }: Request, response: Response): string =>
  `${secure ? SECURE : ''}sluice${baseFor(response).replaceAll('/', '.')}`

const optionsFor = ({ secure }: Request) => ({ httpOnly: true, secure, sameSite: 'strict', path: '/' }) as const

/** The token of the session in the request's cookie. */
export function tokenOf(request: Request, response: Response): string | undefined {
  const name = nameFor(request, response)
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([key]) => key === name)?.[1]
}

export function setToken(request: Request, response: Response, token: string): void {
  response.cookie(nameFor(request, response), token, { ...optionsFor(request), maxAge: SESSION_MS })
}

export function clearToken(request: Request, response: Response): void {
  response.clearCookie(nameFor(request, response), optionsFor(request))
}
