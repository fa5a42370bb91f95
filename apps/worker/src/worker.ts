import { createServer } from 'node:http'
import { createCommitter } from '@sluice/database/commit'
import { connect } from '@sluice/database/pool'
import { warmUp } from '@sluice/database/warm-up'
import type { Handler } from '@sluice/events'
import { outOfScope, within } from '@sluice/providers/stripe/api'
import { createConsumers, createProducer, type EventJobData, loadTelemetry, QUEUES } from '@sluice/queue'
import { withDeadline } from '@sluice/runtime/deadline'
import { createLogger, reasonOf, throttledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { opsRouter } from '@sluice/runtime/ops-router'
import { onShutdown } from '@sluice/runtime/shutdown'
import { startTracing } from '@sluice/runtime/tracing'
import express from 'express'
import { createEffectProcessor } from './effects/run/process-effect.ts'
import type { Environment } from './environment.ts'
import { createFetchObject } from './events/fetch-object.ts'
import { createGate } from './events/gate.ts'
import { createProcessor } from './events/process-event.ts'
import { initializeCounters } from './events/report.ts'
import { createTracedBatcher } from './events/traced-batcher.ts'
import { setGauges } from './health/gauges.ts'
import { watchOutage } from './health/outage.ts'
import { watchProgress } from './health/progress.ts'
import { refuseEviction, warnOfMode, warnOfRights } from './health/start-checks.ts'
import { startWatchdog } from './health/watchdog.ts'
import type { Network } from './outbound/assets/download.ts'
import { openOutbound } from './outbound/open.ts'
import { createMaintenance } from './schedules/maintenance.ts'
import { startPolling } from './schedules/poll-predictions.ts'
import { startSettlingConflicts } from './schedules/settle-conflicts.ts'
import { startSweeper } from './schedules/sweeper.ts'

/** Fails whenever a commit would: also on a read-only Postgres, or a pooler without prepared statements. */
const PROBE = { name: 'probe', text: 'UPDATE webhook_events SET sweep_after = sweep_after WHERE false' }

/** Connects the parts of a worker and starts it. @param decide the handlers */
export async function startWorker(env: Environment, decide: Handler, network?: Network): Promise<void> {
  const logger = createLogger('worker', env.LOG_LEVEL)
  const throttledLog = throttledLogger(logger)
  const tracing = await startTracing('worker', env.OTEL_EXPORTER_OTLP_ENDPOINT, logger)
  const telemetry = tracing && (await loadTelemetry())
  const pool = connect(env.WORKER_DATABASE_URL, {
    applicationName: 'sluice-worker',
    deadlineMs: env.HANDLER_TIMEOUT_MS,
    max: 10,
  })
  const queue = { url: env.REDIS_URL, shards: env.QUEUE_SHARDS }
  const producer = createProducer(queue, telemetry)
  const stopWatchdog = startWatchdog(env.HANDLER_TIMEOUT_MS)

  const whyNot = outOfScope({
    livemode: env.LIVEMODE,
    accounts: env.STRIPE_ACCOUNTS,
    eventTypes: env.STRIPE_EVENT_TYPES,
  })
  const fetching = { pool, producer, outOfScope: whyNot, fetchObject: createFetchObject(env) }
  const rules = {
    decide: within(whyNot, decide),
    pastDueIsActive: env.PAST_DUE_IS_ACTIVE,
    jobWaitSeconds: env.JOB_WAIT_SECONDS,
    eraseBodies: env.EVENT_BODY_RETENTION_DAYS === 0,
  }
  const batcher = createTracedBatcher(createCommitter(pool, rules))
  const consumerOptions = { backoffFirstMs: env.EVENT_BACKOFF_MS, backoffMaxMs: env.EVENT_BACKOFF_MAX_MS }
  const tools = { pool, producer, logger, attemptsMax: env.EVENT_ATTEMPTS }

  const outage = { noticed: (reason: string) => watch.noticed(reason), isOut: () => watch.isOut() }
  const events = createConsumers<EventJobData>(
    queue,
    QUEUES.events,
    createProcessor({
      ...tools,
      ...fetching,
      batcher,
      gate: createGate(env.WORKER_CONCURRENCY * env.QUEUE_SHARDS),
      outage,
      backoff: consumerOptions,
    }),
    { ...consumerOptions, concurrency: env.WORKER_CONCURRENCY, telemetry },
  )
  const outbound = openOutbound(env, network)
  const effects = createConsumers<{ id: string }>(
    queue,
    QUEUES.effects,
    createEffectProcessor({ ...tools, outage, throttledLog, outbound, timeoutMs: env.HANDLER_TIMEOUT_MS }),
    { ...consumerOptions, concurrency: 32, telemetry },
  )
  const { replicate } = outbound
  const maintenance = createMaintenance(env, { pool, logger }, consumerOptions)
  const consumers = [...events, ...effects, maintenance]
  const workers = [...events, ...effects].map(({ worker }) => worker)
  const watch = watchOutage(workers, () => pool.query(PROBE), throttledLog)

  for (const { worker } of consumers) {
    worker.on('error', (error) => throttledLog.warn('Queue connection failed', { reason: reasonOf(error) }))
    worker.on('stalled', () => metrics.stalled.inc())
  }

  initializeCounters()
  const progress = events.map(({ worker }, shard) =>
    watchProgress(
      [worker, ...(effects[shard] ? [effects[shard].worker] : [])],
      async () => (await producer.waitingIn(shard)) > 0,
      () => outage.isOut(),
    ),
  )
  const app = express().disable('x-powered-by')
  app.use(
    opsRouter({
      isAlive: () => progress.map(({ isAlive }) => isAlive()).find((alive) => alive !== true) ?? true,
      checks: { postgres: () => pool.query('SELECT 1'), queue: () => producer.ping() },
      beforeMetrics: () => setGauges(producer, pool),
    }),
  )
  const http = createServer(app)
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(env.WORKER_PORT, resolve))
  logger.info('Listening', { port: env.WORKER_PORT })

  void warmUp(pool).catch(() => {}) // before the first effect needs it; without a database there is nothing to warm up
  warnOfMode(env, logger)
  await refuseEviction(producer, env.NODE_ENV === 'production', logger)
  if (env.NODE_ENV === 'production') void warnOfRights(pool, logger)
  const sweeper = startSweeper(pool, producer, env.SWEEP_INTERVAL_MS, throttledLog)
  const conflicts = startSettlingConflicts(fetching, env.SWEEP_INTERVAL_MS, throttledLog)
  const polling = startPolling({ pool, producer, replicate }, env.SWEEP_INTERVAL_MS, throttledLog)
  for (const { worker } of consumers)
    worker.run().catch((error: unknown) => throttledLog.error('Worker ended', { reason: reasonOf(error) }))

  onShutdown(logger, env.SHUTDOWN_TIMEOUT_MS, {
    jobs: () =>
      withDeadline(
        Promise.all(consumers.map(({ worker }) => worker.close())),
        env.SHUTDOWN_TIMEOUT_MS * 0.7,
        'Finishing jobs',
      ),
    sweeper: () =>
      withDeadline(Promise.all([sweeper.stop(), conflicts.stop(), polling.stop()]), 1_000, 'Sweeping').catch(() => {}),
    stores: () => {
      for (const { disconnect } of consumers) disconnect()
      outbound.close()
      const closing = Promise.allSettled([producer.close(), pool.end(), tracing?.stop()])
      return withDeadline(closing, 1_500, 'Closing').catch(() => {})
    },
    rest: () => {
      for (const { stop } of progress) stop()
      stopWatchdog()
      http.close()
    },
  })
}
