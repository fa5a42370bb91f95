import { createServer, type Server } from 'node:http'
import { type CommitRules, createCommitter, namedIn, originRules } from '@sluice/database/commit'
import { watchIngestKeys } from '@sluice/database/inbox'
import { connect, databaseNow, readDeployment, WORKER_NAME } from '@sluice/database/pool'
import { warmUp } from '@sluice/database/warm-up'
import { createWriteCheck } from '@sluice/database/write-probe'
import type { Handler } from '@sluice/events'
import { outOfScope, within } from '@sluice/providers/stripe/api'
import {
  type Consumer,
  claimKeys,
  createConsumers,
  createProducer,
  type EventJobData,
  guardKeys,
  loadTelemetry,
  QUEUES,
} from '@sluice/queue'
import { type Clock, createClock, useClock } from '@sluice/runtime/clock'
import { withDeadline } from '@sluice/runtime/deadline'
import { logLibraryOutput } from '@sluice/runtime/library-output'
import { createLogger, reasonOf, throttledLogger } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { opsRouter } from '@sluice/runtime/ops-router'
import { createProbe } from '@sluice/runtime/probe'
import { placementOf } from '@sluice/runtime/settings'
import { onShutdown } from '@sluice/runtime/shutdown'
import { startTracing } from '@sluice/runtime/tracing'
import express from 'express'
import { EFFECTS_AT_ONCE } from './effects/run/lanes.ts'
import { createEffectProcessor } from './effects/run/process-effect.ts'
import type { Environment } from './environment.ts'
import { createFetchObject, type FetchObject } from './events/fetch-object.ts'
import { createGate } from './events/gate.ts'
import { createProcessor } from './events/process-event.ts'
import { initializeCounters } from './events/report.ts'
import { type Fetching, isThin } from './events/thin-event.ts'
import { createTracedBatcher } from './events/traced-batcher.ts'
import { startEventWaits } from './health/event-waits.ts'
import { type Probes, setGauges } from './health/gauges.ts'
import { createLockWaits } from './health/lock-waits.ts'
import { type OutageWatch, watchOutage } from './health/outage.ts'
import { type Progress, watchProgress } from './health/progress.ts'
import { refuseEviction, warnOfMode, warnOfOldSchema, warnOfRights } from './health/start-checks.ts'
import { startWatchdog } from './health/watchdog.ts'
import { type HostDelivery, startHostDelivery } from './host/start.ts'
import type { Network } from './outbound/assets/download.ts'
import { type OutboundClients, openOutbound } from './outbound/open.ts'
import { type BookingRules, startBookingPayments } from './schedules/book-payments.ts'
import { startDerivingAccess } from './schedules/derive-access.ts'
import { startFollowingCatalogue } from './schedules/follow-catalogue.ts'
import { startLinkingUsers } from './schedules/link-users.ts'
import { createMaintenance } from './schedules/maintenance.ts'
import { startPolling } from './schedules/poll-predictions.ts'
import { repeat } from './schedules/repeat.ts'
import { startSettlingConflicts } from './schedules/settle-conflicts.ts'
import { startSettlingReservations } from './schedules/settle-reservations.ts'
import { startSweeper } from './schedules/sweeper.ts'

/** Fails whenever a commit would: also on a read-only Postgres, or a pooler without prepared statements. */
const PROBE = { name: 'probe', text: 'UPDATE webhook_events SET sweep_after = sweep_after WHERE false' }

/** How often the clock of Postgres is read, and how long a start waits for it. */
const CLOCK_MS = 5_000

/**
 * Longest wait of effects and schedules for a lock. They share a few connections, so one that waits holds up others.
 * Commits have connections of their own: two batches, four events apart, and a look at the locks that are held.
 */
const LOCK_WAIT_MS = 250

/** Connects the parts of a worker and starts it. @param decide the handlers */
export async function startWorker(env: Environment, decide: Handler, network?: Network): Promise<void> {
  const stores = await openStores(env)
  const fetchObject = createFetchObject(env)
  const outbound = openOutbound(env, network, fetchObject)
  const clock = createClock(() => databaseNow(stores.pool), stores.throttledLog)
  useClock(clock)
  const stopWatchdog = startWatchdog(env.HANDLER_TIMEOUT_MS)
  const fetching = fetchingOf(env, stores, fetchObject)
  const paused: EachConsumer['worker'][] = [] // filled below: what the workers run needs the watch
  const checkWrites = createWriteCheck(stores.pool)
  const probe = () => stores.pool.query(PROBE).then(checkWrites)
  const outage = watchOutage(paused, probe, stores.throttledLog)

  const rules = rulesOf(env, fetching, decide)
  const events = consumeEvents(env, stores, fetching, rules, outage)
  const effects = consumeEffects(env, stores, outbound, outage)
  const host = startHostDelivery(env, stores, rules)
  const consumers = [...events, ...effects, createMaintenance(env, stores, backoffOf(env))]
  paused.push(...[...events, ...effects].map(({ worker }) => worker))
  reportTroubleOf(consumers, stores)
  initializeCounters()

  const progress = watchShards(events, effects, stores, outage)
  await guardKeys(async () => claimKeys(stores.producer, await readDeployment(stores.pool)), stores.logger)
  const http = await serveOps(env, stores, progress, {
    postgres: createProbe(() => outageOr(outage, probe)),
    queue: createProbe(() => stores.producer.probe()),
  })
  void warmUp(stores.pool).catch(() => {}) // before the first effect needs it; without a database there is nothing to warm up
  await checkAtStart(env, stores)
  await withDeadline(clock.synchronize(), CLOCK_MS, 'Reading the clock').catch(() => {}) // in an outage the schedule does it
  const stopSchedules = startSchedules(env, stores, fetching, rules, outbound, clock)
  for (const { worker } of consumers)
    worker.run().catch((error: unknown) => stores.throttledLog.error('Worker ended', { reason: reasonOf(error) }))

  onShutdown(stores.logger, env.SHUTDOWN_TIMEOUT_MS, {
    jobs: () => finishJobs(consumers, host, env.SHUTDOWN_TIMEOUT_MS * 0.7),
    schedules: () =>
      withDeadline(Promise.all([stopSchedules(), stores.eventWaits.stop()]), 1_000, 'Stopping schedules').catch(
        () => {},
      ),
    stores: () => closeStores(consumers, stores, outbound),
    rest: () => {
      for (const { stop } of progress) stop()
      stopWatchdog()
      http.close()
    },
  })
}

type Stores = Awaited<ReturnType<typeof openStores>>

async function openStores(env: Environment) {
  const logger = createLogger('worker', env.LOG_LEVEL)
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
    lockWaits,
    eventWaits,
    queue,
    producer,
  }
}

const backoffOf = (env: Environment) => ({
  backoffFirstMs: env.EVENT_BACKOFF_MS,
  backoffMaxMs: env.EVENT_BACKOFF_MAX_MS,
})

function fetchingOf(env: Environment, { pool, producer }: Stores, fetchObject: FetchObject | undefined): Fetching {
  const { LIVEMODE: livemode, STRIPE_ACCOUNTS: accounts, STRIPE_EVENT_TYPES: eventTypes } = env
  return {
    pool,
    producer,
    outOfScope: outOfScope({ livemode, accounts, eventTypes }),
    fetchObject,
  }
}

const rulesOf = (env: Environment, { outOfScope }: Fetching, decide: Handler): CommitRules => ({
  isThin,
  decide: within(outOfScope, (event) => decide(event, { assetHosts: env.ASSET_HOSTS })),
  pastDueIsActive: env.PAST_DUE_IS_ACTIVE,
  premiumPrices: namedIn(env.PREMIUM_PRICES),
  ...originRulesOf(env),
  jobWaitSeconds: env.JOB_WAIT_SECONDS,
  eraseBodies: env.EVENT_BODY_RETENTION_DAYS === 0,
})

const originRulesOf = ({ STRIPE_ACCOUNTS: accounts, LIVEMODE: livemode, NODE_ENV }: Environment) =>
  originRules({ accounts, livemode, production: NODE_ENV === 'production' })

function consumeEvents(env: Environment, stores: Stores, fetching: Fetching, rules: CommitRules, outage: OutageWatch) {
  const { pool, commits, lockWaits, eventWaits, logger, queue, telemetry } = stores
  const committer = createCommitter(commits, rules)
  const processEvent = createProcessor({
    ...fetching,
    batcher: createTracedBatcher(committer),
    gate: createGate(env.WORKER_CONCURRENCY * env.QUEUE_SHARDS),
    outage,
    keys: watchIngestKeys(pool),
    lockWaits,
    eventWaits,
    logger,
    attemptsMax: env.EVENT_ATTEMPTS,
    backoff: backoffOf(env),
  })
  const options = { ...backoffOf(env), concurrency: env.WORKER_CONCURRENCY, telemetry }
  return createConsumers<EventJobData>(queue, QUEUES.events, processEvent, options)
}

function consumeEffects(env: Environment, stores: Stores, outbound: OutboundClients, outage: OutageWatch) {
  const { pool, producer, lockWaits, logger, throttledLog, queue, telemetry } = stores
  const processEffect = createEffectProcessor({
    ...{ pool, producer, lockWaits, logger, throttledLog, outbound, outage },
    ...backoffOf(env),
    attemptsMax: env.EVENT_ATTEMPTS,
    timeoutMs: env.HANDLER_TIMEOUT_MS,
  })
  const options = { ...backoffOf(env), concurrency: EFFECTS_AT_ONCE, telemetry }
  return createConsumers<EffectJobData>(queue, QUEUES.effects, processEffect, options)
}

type EffectJobData = { id: string }
type EachConsumer = Consumer<EventJobData> | Consumer<EffectJobData> | Consumer<unknown>

function reportTroubleOf(consumers: EachConsumer[], { throttledLog }: Stores): void {
  for (const { worker } of consumers) {
    worker.on('error', (error) => throttledLog.warn('Queue connection failed', { reason: reasonOf(error) }))
    worker.on('stalled', () => metrics.stalled.inc())
  }
}

/** A shard's events and effects share a Redis server, so they make progress together. */
function watchShards(events: EachConsumer[], effects: EachConsumer[], { producer }: Stores, outage: OutageWatch) {
  return events.map(({ worker }, shard) =>
    watchProgress(
      [worker, ...(effects[shard] ? [effects[shard].worker] : [])],
      async () => (await producer.waitingIn(shard)) > 0,
      () => outage.isOut(),
    ),
  )
}

/** While the worker fetches nothing because of an outage it is alive, but not ready. */
async function outageOr(outage: OutageWatch, probe: () => Promise<unknown>): Promise<void> {
  const reason = outage.latestReason()
  if (reason !== null) throw Object.assign(new Error('Postgres outage'), { code: reason })
  await probe()
}

async function serveOps(env: Environment, stores: Stores, progress: Progress[], probes: Probes): Promise<Server> {
  const { lockWaits, logger } = stores
  const app = express().disable('x-powered-by')
  app.use(
    opsRouter({
      isAlive: () => progress.map(({ isAlive }) => isAlive()).find((alive) => alive !== true) ?? true,
      probes,
      beforeMetrics: () => {
        lockWaits.count()
        return setGauges(stores, probes)
      },
    }),
  )
  const http = createServer(app)
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(env.WORKER_PORT, resolve))
  logger.info('Listening', { port: env.WORKER_PORT })
  return http
}

async function checkAtStart(env: Environment, { pool, producer, logger }: Stores): Promise<void> {
  const production = env.NODE_ENV === 'production'
  warnOfMode(env, logger)
  await refuseEviction(producer, production, logger)
  if (production) void warnOfRights(pool, logger)
  void warnOfOldSchema(pool, env, logger)
}

/** @returns a function that stops them, and resolves when none is running. */
/** The settings of payments that no event books. */
const bookingRulesOf = (env: Environment, rules: CommitRules): BookingRules => ({
  pastDueIsActive: env.PAST_DUE_IS_ACTIVE,
  get notifiesHost() {
    return rules.notifiesHost ?? false
  },
  ...originRulesOf(env),
  unclaimedPaymentSeconds: env.UNCLAIMED_PAYMENT_SECONDS,
})

function startSchedules(
  env: Environment,
  stores: Stores,
  fetching: Fetching,
  rules: CommitRules,
  { replicate }: OutboundClients,
  clock: Clock,
) {
  const { pool, producer, throttledLog } = stores
  const schedules = [
    repeat(clock.synchronize, CLOCK_MS, () => {}),
    startSweeper(pool, producer, env.SWEEP_INTERVAL_MS, throttledLog),
    startFollowingCatalogue(pool, rules, env.SWEEP_INTERVAL_MS, throttledLog),
    startLinkingUsers(pool, rules, env.SWEEP_INTERVAL_MS, throttledLog),
    startDerivingAccess(pool, rules, env.PREMIUM_PRICES, env.SWEEP_INTERVAL_MS, throttledLog),
    startSettlingConflicts(fetching, env.SWEEP_INTERVAL_MS, throttledLog),
    startSettlingReservations(pool, rules, throttledLog),
    startPolling({ pool, producer, replicate }, env.SWEEP_INTERVAL_MS, throttledLog),
    startBookingPayments(pool, bookingRulesOf(env, rules), env.SWEEP_INTERVAL_MS, throttledLog),
  ]
  return () => Promise.all(schedules.map((schedule) => schedule.stop()))
}

const finishJobs = (consumers: EachConsumer[], host: HostDelivery, deadlineMs: number) =>
  withDeadline(
    Promise.all([host.stop(), ...consumers.map(({ worker }) => worker.close())]),
    deadlineMs,
    'Finishing jobs',
  )

async function closeStores(
  consumers: EachConsumer[],
  { producer, pool, commits, tracing }: Stores,
  outbound: OutboundClients,
): Promise<void> {
  for (const { disconnect } of consumers) disconnect()
  outbound.close()
  const closing = Promise.allSettled([producer.close(), pool.end(), commits.end(), tracing?.stop()])
  await withDeadline(closing, 1_500, 'Closing').catch(() => {})
}
