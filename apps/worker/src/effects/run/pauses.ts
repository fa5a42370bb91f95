import { backoffMs } from '@sluice/queue'
import { ConfigurationError } from '../../outbound/configuration-error.ts'
import { DeliveryUnknownError } from '../../outbound/mail/delivery-unknown-error.ts'

export interface Backoff {
  /** `EVENT_BACKOFF_MS` */
  backoffFirstMs: number
  /** `EVENT_BACKOFF_MAX_MS` */
  backoffMaxMs: number
}

/** An external system must not silence an effect for longer. */
const RETRY_AFTER_MAX_MS = 3_600_000

/**
 * Pause of an effect that waits: as long again as it has waited, half of it random, so that effects that wait together
 * do not come back together.
 */
export function waitPauseMs(
  waitedMs: number,
  retryAfterMs: number | undefined,
  { backoffFirstMs, backoffMaxMs }: Backoff,
  random = Math.random(),
): number {
  const pause = Math.min(backoffMaxMs, Math.max(backoffFirstMs, waitedMs))
  const asked = Math.min(RETRY_AFTER_MAX_MS, retryAfterMs ?? 0)
  return Math.round(Math.max(asked, (pause / 2) * (1 + random)))
}

/** How an error that uses attempts is retried. */
export interface Attempts {
  max: number
  /** Pause after the given failed attempt, the first is 1. */
  pauseMs(attempt: number): number
}

/** A message that may have been delivered is tried this often in all, the first time included. */
const UNKNOWN_ATTEMPTS = 3

/** Its pauses in `EVENT_BACKOFF_MAX_MS`: by default five minutes, then half an hour. */
const UNKNOWN_PAUSES = [1, 6]

/** A wrong setting takes somebody to mend: its first pause in `EVENT_BACKOFF_MS`, by default half a minute. */
const CONFIGURATION_FACTOR = 30

/** @param attemptsMax `EVENT_ATTEMPTS` */
export function attemptsFor(error: unknown, attemptsMax: number, backoff: Backoff): Attempts {
  const { backoffFirstMs, backoffMaxMs } = backoff
  if (error instanceof DeliveryUnknownError) {
    const pauseMs = (attempt: number) => backoffMaxMs * (UNKNOWN_PAUSES[attempt - 1] ?? UNKNOWN_PAUSES.at(-1) ?? 1)
    return { max: Math.min(attemptsMax, UNKNOWN_ATTEMPTS), pauseMs }
  }
  const firstMs = error instanceof ConfigurationError ? backoffFirstMs * CONFIGURATION_FACTOR : backoffFirstMs
  return { max: attemptsMax, pauseMs: (attempt) => backoffMs(attempt, Math.min(firstMs, backoffMaxMs), backoffMaxMs) }
}
