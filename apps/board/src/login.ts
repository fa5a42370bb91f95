import { createHash, timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'

const FAILURES = 10
const WINDOW_SECONDS = 60

export interface Credentials {
  user: string
  password: string
}

/**
 * HTTP Basic login. After ten wrong passwords within a minute, an address is refused until the minute is over. The
 * correct password is refused too, because accepting it would let an attacker keep guessing.
 */
export function login(expected: Credentials): RequestHandler {
  const failures = new RateLimiterMemory({ points: FAILURES, duration: WINDOW_SECONDS })
  return async (request, response, next) => {
    const address = request.ip ?? 'unknown'
    const given = credentialsOf(request)
    if (given === null) return askForLogin(response)

    const past = await failures.get(address)
    if (past !== null && past.consumedPoints >= FAILURES) return refuse(response, past.msBeforeNext)
    if (isSame(given, expected)) return next()
    await failures.penalty(address)
    askForLogin(response)
  }
}

function credentialsOf(request: Request): Credentials | null {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Always compares both parts, as digests of equal length, so that timing reveals nothing. */
function isSame(given: Credentials, expected: Credentials): boolean {
  const user = timingSafeEqual(digest(given.user), digest(expected.user))
  const password = timingSafeEqual(digest(given.password), digest(expected.password))
  return user && password
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function askForLogin(response: Response): void {
  response.status(401).set('WWW-Authenticate', 'Basic realm="Sluice", charset="UTF-8"').json({ error: 'unauthorized' })
}

function refuse(response: Response, milliseconds: number): void {
  response
    .status(429)
    .set('Retry-After', String(Math.ceil(milliseconds / 1000)))
    .json({ error: 'rate_limited' })
}
