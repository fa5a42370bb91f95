import type { Request, Response } from 'express'
import { SESSION_MS } from './sessions.ts'

/** A browser takes a cookie with this prefix only over TLS, for this host alone and all of its paths. */
const SECURE_NAME = '__Host-sluice'

const nameFor = ({ secure }: Request): string => (secure ? SECURE_NAME : 'sluice')

const optionsFor = ({ secure }: Request) => ({ httpOnly: true, secure, sameSite: 'strict', path: '/' }) as const

/** The token of the session in the request's cookie. */
export function tokenOf(request: Request): string | undefined {
  const name = nameFor(request)
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([key]) => key === name)?.[1]
}

export function setToken(request: Request, response: Response, token: string): void {
  response.cookie(nameFor(request), token, { ...optionsFor(request), maxAge: SESSION_MS })
}

export function clearToken(request: Request, response: Response): void {
  response.clearCookie(nameFor(request), optionsFor(request))
}
