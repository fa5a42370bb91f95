import { createServer, type Server } from 'node:http'
import { type CommitRules, createCommitter, namedIn, originRules } from '@sluice/database/commit'
import { watchIngestKeys } from '@sluice/database/inbox'
import { databaseNow, readDeployment } from '@sluice/database/pool'
import { warmUp } from '@sluice/database/warm-up'
import { createWriteCheck } from '@sluice/database/write-probe'
import type { Handler } from '@sluice/events'
import { openApis } from '@sluice/providers/apis'
import { outOfScope, within } from '@sluice/providers/stripe/api'
import { type Consumer, claimKeys, createConsumers, type EventJobData, guardKeys, QUEUES } from '@sluice/queue'
import { createClock, useClock } from '@sluice/runtime/clock'
import { withDeadline } from '@sluice/runtime/deadline'
import { reasonOf } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { opsRouter } from '@sluice/runtime/ops-router'
import { createProbe } from '@sluice/runtime/probe'
import { onShutdown } from '@sluice/runtime/shutdown'
import express from 'express'
import type { ActionTools } from './actions/context.ts'
import { handlerVersionOf } from './actions/handler-version.ts'
import { startActions } from './actions/start.ts'
import { EFFECTS_AT_ONCE } from './effects/run/lanes.ts'
import { createEffectProcessor } from './effects/run/process-effect.ts'
import { createEffectStarter } from './effects/run/start-effects.ts'
import type { Environment } from './environment.ts'
import { createFetchObject, type FetchObject } from './events/fetch-object.ts'
import { createGate } from './events/gate.ts'
import { createProcessor } from './events/process-event.ts'
import { initializeCounters } from './events/report.ts'
import { type Fetching, isThin } from './events/thin-event.ts'
import { createTracedBatcher } from './events/traced-batcher.ts'
import { type Probes, setGauges } from './health/gauges.ts'
import { type OutageWatch, watchOutage } from './health/outage.ts'
import { type Progress, watchProgress } from './health/progress.ts'
import { refuseEviction, refusePooler, warnOfMode, warnOfOldSchema, warnOfRights } from './health/start-checks.ts'
import { startWatchdog } from './health/watchdog.ts'
import { type HostDelivery, startHostDelivery } from './host/start.ts'
import { type OutboundClients, type Outside, openOutbound } from './outbound/open.ts'
import { createMaintenance } from './schedules/maintenance.ts'
import { startSchedules } from './schedules/start.ts'
import { closeStores, openStores, type Stores } from './stores.ts'

/** Fails whenever a commit would: also on a read-only Postgres, or a pooler without prepared statements. */
const PROBE = { name: 'probe', text: 'UPDATE webhook_events SET sweep_after = sweep_after WHERE false' }

/** Longest wait of a start for the clock of Postgres. */
const CLOCK_MS = 5_000

/** Connects the parts of a worker and starts it. @param decide the handlers */
export async function startWorker(env: Environment, decide: Handler, outside?: Outside): Promise<void> {
  const stores = await openStores(env)
  const fetchObject = createFetchObject(env)
  const outbound = openOutbound(env, outside, fetchObject)
  const clock = createClock(() => databaseNow(stores.pool), stores.throttledLog)
  useClock(clock)
  const stopWatchdog = startWatchdog(env.HANDLER_TIMEOUT_MS)
  const fetching = fetchingOf(env, stores, fetchObject)
  const paused: EachConsumer['worker'][] = [] // filled below: what the workers run needs the watch
  const checkWrites = createWriteCheck(stores.pool)
  const probe = () => stores.pool.query(PROBE).then(checkWrites)
  const outage = watchOutage(paused, probe, stores.throttledLog)

  const rules = rulesOf(env, fetching, decide)
  const events = consumeEvents(env, stores, fetching, rules, outage, outbound)
  const effects = consumeEffects(env, stores, outbound, outage)
  const host = startHostDelivery(env, stores, rules)
  const consumers = [...events, ...effects, createMaintenance(env, stores, backoffOf(env))]
  paused.push(...[...events, ...effects].map(({ worker }) => worker))
  reportTroubleOf(consumers, stores)
  initializeCounters()

  const progress = watchShards(events, effects, stores, outage)
  await refusePooler(stores.pool, stores.logger)
  await guardKeys(async () => claimKeys(stores.producer, await readDeployment(stores.pool)), stores.logger)
  const http = await serveOps(env, stores, progress, {
    postgres: createProbe(() => outageOr(outage, probe)),
    queue: createProbe(() => stores.producer.probe()),
  })
  void warmUp(stores.pool).catch(() => {}) // before the first effect needs it; without a database there is nothing to warm up
  await checkAtStart(env, stores)
  await withDeadline(clock.synchronize(), CLOCK_MS, 'Reading the clock').catch(() => {}) // in an outage the schedule does it
  const stopSchedules = startSchedules(env, stores, fetching, rules, outbound, clock, handlerVersionOf(env, decide))
  const actions = startActions(stores.pool, actionTools(env, stores, outbound, rules, decide), stores.throttledLog)
  for (const { worker } of consumers)
    worker.run().catch((error: unknown) => stores.throttledLog.error('Worker ended', { reason: reasonOf(error) }))

  onShutdown(stores.logger, env.SHUTDOWN_TIMEOUT_MS, {
    jobs: () => finishJobs(consumers, host, env.SHUTDOWN_TIMEOUT_MS * 0.7),
    schedules: () =>
      withDeadline(
        Promise.all([stopSchedules(), actions.stop(), stores.eventWaits.stop()]),
        1_000,
        'Stopping schedules',
      ).catch(() => {}),
    stores: () => {
      for (const { disconnect } of consumers) disconnect()
      outbound.close()
      return closeStores(stores)
    },
    rest: () => {
      for (const { stop } of progress) stop()
      stopWatchdog()
      http.close()
    },
  })
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

const rulesOf = (env: Environment, { outOfScope, fetchObject }: Fetching, decide: Handler): CommitRules => ({
  isThin,
  decide: within(outOfScope, (event) => decide(event, { assetHosts: env.ASSET_HOSTS })),
  asksStripe: fetchObject !== undefined,
  pastDueIsActive: env.PAST_DUE_IS_ACTIVE,
  premiumPrices: namedIn(env.PREMIUM_PRICES),
  ...originRules({
    accounts: env.STRIPE_ACCOUNTS,
    livemode: env.LIVEMODE,
    production: env.NODE_ENV === 'production',
  }),
  jobWaitSeconds: env.JOB_WAIT_SECONDS,
  eraseBodies: env.EVENT_BODY_RETENTION_DAYS === 0,
})

const actionTools = (
  env: Environment,
  { actions, logger }: Stores,
  { writer }: Pick<OutboundClients, 'writer'>,
  rules: CommitRules,
  decide: Handler,
): ActionTools => ({
  pool: actions,
  writer,
  rules,
  handlerVersion: handlerVersionOf(env, decide),
  openApis: () => openApis(env, env.HANDLER_TIMEOUT_MS),
  eventDays: env.EVENT_RETENTION_DAYS,
  logger,
})

function consumeEvents(
  env: Environment,
  stores: Stores,
  fetching: Fetching,
  rules: CommitRules,
  outage: OutageWatch,
  outbound: OutboundClients,
) {
  const { pool, producer, commits, lockWaits, eventWaits, logger, queue, telemetry } = stores
  const committer = createCommitter(commits, rules)
  const processEvent = createProcessor({
    ...fetching,
    batcher: createTracedBatcher(committer),
    gate: createGate(env.WORKER_CONCURRENCY * env.QUEUE_SHARDS),
    outage,
    keys: watchIngestKeys(pool),
    lockWaits,
    eventWaits,
    startEffects: createEffectStarter({ ...outbound, pool, redis: producer.redis, logger }, producer),
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

const finishJobs = (consumers: EachConsumer[], host: HostDelivery, deadlineMs: number) =>
  withDeadline(
    Promise.all([host.stop(), ...consumers.map(({ worker }) => worker.close())]),
    deadlineMs,
    'Finishing jobs',
  )
