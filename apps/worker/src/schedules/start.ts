import type { CommitRules } from '@sluice/database/commit'
import type { Clock } from '@sluice/runtime/clock'
import type { Environment } from '../environment.ts'
import type { Fetching } from '../events/thin-event.ts'
import type { OutboundClients } from '../outbound/open.ts'
import type { Stores } from '../stores.ts'
import { startBookingPayments } from './book-payments.ts'
import { startCountingMinutes } from './count-minutes.ts'
import { startDerivingAccess } from './derive-access.ts'
import { startExpiringRenderings } from './expire-renderings.ts'
import { startFetchingLines } from './fetch-lines.ts'
import { startFollowingCatalogue } from './follow-catalogue.ts'
import { startLinkingUsers } from './link-users.ts'
import { startPolling } from './poll-predictions.ts'
import { repeat } from './repeat.ts'
import { startReporting } from './report-process.ts'
import { startSettlingConflicts } from './settle-conflicts.ts'
import { startSettlingReservations } from './settle-reservations.ts'
import { startSweeper } from './sweeper.ts'

/** How often the clock of Postgres is read. */
const CLOCK_MS = 5_000

/** Starts all schedules. @returns a function that stops them, and resolves when none is running. */
export function startSchedules(
  env: Environment,
  stores: Pick<Stores, 'pool' | 'producer' | 'queue' | 'throttledLog'>,
  fetching: Fetching,
  rules: CommitRules,
  { replicate }: Pick<OutboundClients, 'replicate'>,
  clock: Clock,
  handlerVersion: () => string,
): () => Promise<unknown> {
  const { pool, producer, queue, throttledLog } = stores
  const schedules = [
    repeat(clock.synchronize, CLOCK_MS, () => {}),
    startSweeper(pool, producer, env.SWEEP_INTERVAL_MS, throttledLog),
    startFollowingCatalogue(pool, rules, env.SWEEP_INTERVAL_MS, throttledLog),
    startLinkingUsers(pool, rules, env.SWEEP_INTERVAL_MS, throttledLog),
    startDerivingAccess(pool, rules, env.PREMIUM_PRICES, env.SWEEP_INTERVAL_MS, throttledLog),
    startSettlingConflicts(fetching, env.SWEEP_INTERVAL_MS, throttledLog),
    startFetchingLines(fetching, env.SWEEP_INTERVAL_MS, throttledLog),
    startSettlingReservations(pool, rules, throttledLog),
    startCountingMinutes(pool, throttledLog),
    startExpiringRenderings(pool, throttledLog),
    startReporting({ env, pool, queue, handlerVersion }, throttledLog),
    startPolling({ pool, producer, replicate }, env.SWEEP_INTERVAL_MS, throttledLog),
    startBookingPayments(pool, rules, env.UNCLAIMED_PAYMENT_SECONDS, env.SWEEP_INTERVAL_MS, throttledLog),
  ]
  return () => Promise.all(schedules.map((schedule) => schedule.stop()))
}
