import { createHash, timingSafeEqual } from 'node:crypto'
import { networkOf, parseAddress } from '@sluice/runtime/address'
import { type Logger, throttledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import type { Request, RequestHandler, Response } from 'express'
import { countGuesses } from './guesses.ts'

export interface Credentials {
  user: string
  password: string
}

/**
 * Prefix length of the IPv6 network that an Internet provider usually assigns to one customer, who can use any address
 * in it.
 */
const HOME_BITS = 56

/**
 * HTTP Basic login. After ten wrong passwords within a minute, a network is refused until the minute is over. The
 * correct password is refused too, because accepting it would let an attacker keep guessing. Failures are logged without
 * what was typed, since people type passwords into the wrong field.
 */
export function login(expected: Credentials, logger: Logger): RequestHandler {
  const guesses = countGuesses()
  const throttledLog = throttledLogger(logger)
  return (request, response, next) => {
    const given = credentialsOf(request)
    if (given === null) return askForLogin(response)

    const network = networkOf(parseAddress(request.ip), HOME_BITS)
    const waitMs = guesses.begin(network)
    if (waitMs > 0) {
      metrics.loginFailures.inc({ outcome: 'refused' })
      throttledLog.warn('Login refused', { network, reason: 'too_many_failures' })
      return refuse(response, waitMs)
    }
    if (isSame(given, expected)) {
      guesses.wasRight(network)
      return next()
    }
    metrics.loginFailures.inc({ outcome: 'wrong' })
    logger.warn('Login failed', { network, reason: 'wrong_credentials' })
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
