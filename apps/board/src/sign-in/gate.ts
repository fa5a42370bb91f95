import { networkOf, parseAddress } from '@sluice/runtime/address'
import { type Logger, throttledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { countGuesses } from './guesses.ts'
import type { Credentials, People, Person } from './people.ts'

/**
 * Prefix length of the IPv6 network that an Internet provider usually assigns to one customer, who can use any address
 * in it.
 */
const HOME_BITS = 56

export type Passage = { person: Person } | { wrong: true } | { waitMs: number }

/** Verifies credentials from an address. */
export type Gate = (credentials: Credentials, address: string | undefined) => Promise<Passage>

/**
 * After ten wrong passwords within a minute, a network is refused until the minute is over. The correct password is
 * refused too, because accepting it would let an attacker keep guessing. Failures are logged without what was typed,
 * since people type passwords into the wrong field.
 */
export function createGate(people: People, logger: Logger): Gate {
  const guesses = countGuesses()
  const throttledLog = throttledLogger(logger)
  const pending = new Map<string, Promise<Person | null>>()

  /** The same credentials from one network at the same time are one guess. */
  function verifyOnce(key: string, credentials: Credentials): Promise<Person | null> {
    const running = people.verify(credentials).finally(() => pending.delete(key))
    pending.set(key, running)
    return running
  }

  return async (credentials, address) => {
    const network = networkOf(parseAddress(address), HOME_BITS)
    const key = JSON.stringify([network, credentials])
    const joined = pending.get(key)
    if (joined !== undefined) return passageOf(await joined)
    const waitMs = guesses.begin(network)
    if (waitMs > 0) {
      metrics.loginFailures.inc({ outcome: 'refused' })
      throttledLog.warn('Login refused', { network, reason: 'too_many_failures' })
      return { waitMs }
    }
    const person = people.recall(credentials) ?? (await verifyOnce(key, credentials))
    if (person) guesses.wasRight(network)
    else {
      metrics.loginFailures.inc({ outcome: 'wrong' })
      logger.warn('Login failed', { network, reason: 'wrong_credentials' })
    }
    return passageOf(person)
  }
}

const passageOf = (person: Person | null): Passage => (person ? { person } : { wrong: true })
