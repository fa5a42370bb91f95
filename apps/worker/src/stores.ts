import { connect, type Pool, WORKER_NAME } from '@sluice/database/pool'
import { createProducer, loadTelemetry, type Producer, type QueueStore } from '@sluice/queue'
import { withDeadline } from '@sluice/runtime/deadline'
import { logLibraryOutput } from '@sluice/runtime/library-output'
import { createLogger, type Logger, type ThrottledLogger, throttledLogger } from '@sluice/runtime/logger'
import { placementOf } from '@sluice/runtime/settings'
import { startTracing, type Tracing } from '@sluice/runtime/tracing'
import type { Environment } from './environment.ts'
import { type EventWaits, startEventWaits } from './health/event-waits.ts'
import { createLockWaits, type LockWaits } from './health/lock-waits.ts'

/**
 * Longest wait of effects and schedules for a lock. They share a few connections, so one that waits holds up others.
 * Commits have connections of their own: two batches, four events apart, and a look at the locks that are held.
 */
const LOCK_WAIT_MS = 250

export interface Stores {
  logger: Logger
  throttledLog: ThrottledLogger
  tracing: Tracing | undefined
  telemetry: Awaited<ReturnType<typeof loadTelemetry>> | undefined
  /** For effects and schedules. */
  pool: Pool
  /** For commits alone. */
  commits: Pool
  /** For actions of operators alone: a preview holds two connections for seconds. */
  actions: Pool
  lockWaits: LockWaits
  eventWaits: EventWaits
  queue: QueueStore
  producer: Producer
}

/** Opens what all parts of a worker share: log, traces, Postgres and the queue. */
export async function openStores(env: Environment): Promise<Stores> {
  const logger = createLogger('worker', env.LOG_LEVEL, env.BOARD_URL)
  logLibraryOutput(logger)
  const tracing = await startTracing('worker', env.OTEL_EXPORTER_OTLP_ENDPOINT, logger)
  const telemetry = tracing && (await loadTelemetry())
  const limits = {
    applicationName: WORKER_NAME,
    deadlineMs: env.HANDLER_TIMEOUT_MS,
    lockWaitMs: LOCK_WAIT_MS,
    placement: placementOf(env),
  }
  const pool = connect(env.WORKER_DATABASE_URL, { ...limits, max: 6 })
  const commits = connect(env.WORKER_DATABASE_URL, { ...limits, max: 7 })
  const actions = connect(env.WORKER_DATABASE_URL, { ...limits, max: 8 }) // opens none before the first action
  const queue = { url: env.REDIS_URL, shards: env.QUEUE_SHARDS, prefix: env.QUEUE_PREFIX }
  const producer = createProducer(queue, telemetry)
  const lockWaits = createLockWaits(logger)
  const eventWaits = startEventWaits(pool)
  return {
    logger,
    throttledLog: throttledLogger(logger),
    tracing,
    telemetry,
    pool,
    commits,
    actions,
    lockWaits,
    eventWaits,
    queue,
    producer,
  }
}

/** Closes them within the time that a shutdown leaves. */
export async function closeStores({ producer, pool, commits, actions, tracing }: Stores): Promise<void> {
  const closing = Promise.allSettled([producer.close(), pool.end(), commits.end(), actions.end(), tracing?.stop()])
  await withDeadline(closing, 1_500, 'Closing').catch(() => {})
}
