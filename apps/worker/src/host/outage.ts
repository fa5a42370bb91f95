import {
  CATCH_UP_PER_SECOND,
  CONNECTIONS,
  FAILURES_MAX,
  OUTAGE_FIRST_MS,
  OUTAGE_MAX_MS,
  RETRY_AFTER_MAX_MS,
} from './limits.ts'

/** Whether a URL takes messages, and how many it may be sent now. */
export interface HostOutage {
  /** How many more messages may be sent now, beside those that are being sent. */
  places(sending: number): number
  /** So many messages are sent now. @param isAll whether no others were waiting */
  took(sent: number, isAll: boolean): void
  /** @returns how many seconds ago the outage began that is over now; undefined if there was none. */
  succeeded(): number | undefined
  /**
   * @param isOfUrl whether the failure is certainly that of the URL and not of the message
   * @param retryAfterMs how long the host asks to wait
   * @returns whether an outage began.
   */
  failed(isOfUrl: boolean, retryAfterMs?: number): boolean
  /** For how long it takes no message, in milliseconds; undefined while it does. */
  lastsMs(): number | undefined
}

/**
 * A URL that nobody serves is out, and so is one with many failures in a row, whatever their cause. During an outage one
 * message is tried after each pause. After it, the number of messages at once grows with each success, and their rate is
 * limited until nothing is left of the backlog.
 */
export function createHostOutage(now: () => number = () => performance.now()): HostOutage {
  let failures = 0
  let firstFailureAt = 0
  let outage: { began: number; until: number; pauseMs: number } | undefined
  let allowed = CONNECTIONS
  let isCatchingUp = false
  let tokens = 0
  let refilledAt = 0

  function refill(): number {
    tokens = Math.min(CONNECTIONS, tokens + ((now() - refilledAt) / 1_000) * CATCH_UP_PER_SECOND)
    refilledAt = now()
    return Math.floor(tokens)
  }

  function begin(retryAfterMs: number | undefined): boolean {
    const isNew = outage === undefined
    const pauseMs = outage ? Math.min(OUTAGE_MAX_MS, outage.pauseMs * 2) : OUTAGE_FIRST_MS
    const askedMs = Math.min(RETRY_AFTER_MAX_MS, retryAfterMs ?? 0)
    outage = { began: outage?.began ?? now(), pauseMs, until: now() + Math.max(pauseMs, askedMs) }
    return isNew
  }

  return {
    places(sending) {
      if (outage) return sending === 0 && now() >= outage.until ? 1 : 0
      const free = allowed - sending
      return isCatchingUp ? Math.min(free, refill()) : free
    },
    took(sent, isAll) {
      if (isCatchingUp) tokens -= sent
      if (isAll && !outage) isCatchingUp = false
    },
    succeeded() {
      failures = 0
      allowed = Math.min(CONNECTIONS, allowed * 2)
      if (!outage) return undefined
      outage = undefined
      allowed = 1
      isCatchingUp = true
      tokens = 0
      refilledAt = now()
      return (now() - firstFailureAt) / 1_000
    },
    failed(isOfUrl, retryAfterMs) {
      if (failures === 0) firstFailureAt = now()
      failures += 1
      // Those that were sent before it began end during it.
      if (outage && now() < outage.until) return false
      const isOut = outage !== undefined || failures >= FAILURES_MAX || isOfUrl || retryAfterMs !== undefined
      return isOut && begin(retryAfterMs)
    },
    lastsMs: () => outage && now() - outage.began,
  }
}
