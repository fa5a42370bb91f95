import { createHash, randomBytes } from 'node:crypto'
import type { Person } from './people.ts'

/** One working day. */
export const SESSION_MS = 8 * 60 * 60 * 1_000

/** More than any team has; the oldest ends. */
const SESSIONS_MAX = 1_000

export interface Sessions {
  /** Begins a session. @returns its token */
  begin(person: Person): string
  find(token: string): Person | undefined
  end(token: string): void
}

/**
 * Sessions of this process: a restart ends all. Only digests of tokens are kept.
 *
 * @param now milliseconds of a monotonic clock
 */
export function createSessions(now: () => number = () => performance.now()): Sessions {
  const sessions = new Map<string, { person: Person; endsAt: number }>()
  return {
    begin(person) {
      const token = randomBytes(32).toString('base64url')
      sessions.set(digestOf(token), { person, endsAt: now() + SESSION_MS })
      for (const digest of [...sessions.keys()].slice(0, -SESSIONS_MAX)) sessions.delete(digest)
      return token
    },
    find(token) {
      const digest = digestOf(token)
      const session = sessions.get(digest)
      if (session && session.endsAt > now()) return session.person
      sessions.delete(digest)
      return undefined
    },
    end: (token) => void sessions.delete(digestOf(token)),
  }
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64')
