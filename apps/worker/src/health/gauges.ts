import { countDeadLetters } from '@sluice/database/dead-letters'
import { countPayersWithoutUser } from '@sluice/database/find'
import { countUnsettledEvents, UNSETTLED_CAUSES } from '@sluice/database/inbox'
import { countUnfinishedEffects, countWaitingEffects, type WaitingEffects } from '@sluice/database/outbox'
import type { Pool } from '@sluice/database/pool'
import { countOverduePredictions } from '@sluice/database/reconcile'
import { handledTypes, importTypes } from '@sluice/handlers'
import { type Producer, QUEUES } from '@sluice/queue'
import { withDeadline } from '@sluice/runtime/deadline'
import type { ThrottledLogger } from '@sluice/runtime/logger'
import { labelOf, metrics } from '@sluice/runtime/metrics'
import type { Probe } from '@sluice/runtime/probe'
import { effectors } from '../effects/index.ts'
import { WAIT_CAUSES } from '../outbound/unreachable.ts'

/** Below the scrape timeout of Prometheus, even if a store accepts connections but does not answer. */
const DEADLINE_MS = 2_000

const CAUSES: ReadonlySet<string> = new Set(WAIT_CAUSES)

const EFFECT_CAUSES: ReadonlySet<string> = new Set([...WAIT_CAUSES, 'retry', 'queue'])

const TYPES_AND_KINDS = new Set([...handledTypes, ...importTypes, ...Object.keys(effectors), 'host.message'])

/** The stores of a worker, by their names in `/readyz`. */
export type Probes = Record<'postgres' | 'queue', Probe>

interface Stores {
  producer: Producer
  pool: Pool
  throttledLog: ThrottledLogger
}

/**
 * Sets the gauges that are read only when metrics are scraped. The gauges of a store that does not answer keep their
 * values, except ages, which would be wrong: they are missing then.
 */
export async function setGauges({ producer, pool, throttledLog }: Stores, probes: Probes): Promise<void> {
  await Promise.all([
    ...Object.entries(probes).map(([store, probe]) => setStoreUp(store, probe, throttledLog)),
    withDeadline(setQueueGauges(producer), DEADLINE_MS, 'queue').catch(() => {}),
    withDeadline(setGaugesOfRows(pool), DEADLINE_MS, 'postgres').catch(() => {}),
    withDeadline(readAges(pool), DEADLINE_MS, 'postgres').then(setAges, () => setAges(undefined)),
  ])
}

async function setStoreUp(store: string, probe: Probe, throttledLog: ThrottledLogger): Promise<void> {
  const reason = await probe()
  metrics.storeUp.set({ store }, reason === null ? 1 : 0)
  if (reason !== null) throttledLog.warn('Store cannot be used', { store, reason })
}

async function setQueueGauges(producer: Producer): Promise<void> {
  const [counts, age, memory] = await Promise.all([producer.counts(), producer.oldestAgeSeconds(), producer.memory()])
  for (const [queue, states] of Object.entries(counts)) {
    for (const [state, jobs] of Object.entries(states)) metrics.queueJobs.set({ queue, state }, jobs)
  }
  metrics.queueOldestAge.set({ queue: QUEUES.events }, age)
  setMemory(memory)
}

/** Reports the fullest Redis, because it is the first to reject writes. @param infos replies to `INFO memory`. */
function setMemory(infos: string[]): void {
  const [fullest] = infos.map(memoryIn).sort((one, other) => other.used / other.limit - one.used / one.limit)
  if (fullest === undefined) return
  metrics.redisMemory.set({ kind: 'used' }, fullest.used)
  metrics.redisMemory.set({ kind: 'limit' }, fullest.limit)
}

/** Without `maxmemory`, Redis may use all memory of the machine. */
function memoryIn(info: string) {
  const bytes = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  return { used: bytes('used_memory'), limit: bytes('maxmemory') || bytes('total_system_memory') }
}

async function setGaugesOfRows(pool: Pool): Promise<void> {
  const [deadLetters, overdue, waiting, payers] = await Promise.all([
    countDeadLetters(pool),
    countOverduePredictions(pool),
    countWaitingEffects(pool),
    countPayersWithoutUser(pool),
  ])
  metrics.payersWithoutUser.set(payers)
  setWaiting(waiting)
  metrics.predictionsOverdue.set(overdue)
  metrics.deadLetters.reset()
  for (const { count, type, ...labels } of deadLetters)
    metrics.deadLetters.inc({ ...labels, type: labelOf(TYPES_AND_KINDS, type) }, count)
}

/** One count at a time, however slow it is. */
const readAges = shared(async (pool: Pool) => {
  const [events, effects] = await Promise.all([countUnsettledEvents(pool), countUnfinishedEffects(pool)])
  return { events, effects }
})

function setAges(ages: Awaited<ReturnType<typeof readAges>> | undefined): void {
  for (const gauge of [metrics.unsettledEvents, metrics.oldestEventAge, metrics.oldestEffectAge]) gauge.reset()
  if (ages === undefined) return
  for (const cause of UNSETTLED_CAUSES) {
    const found = ages.events.find((one) => one.cause === cause)
    metrics.unsettledEvents.set({ cause }, found?.count ?? 0)
    metrics.oldestEventAge.set({ cause }, found?.ageSeconds ?? 0)
  }
  for (const { kind, cause, ageSeconds } of ages.effects.toReversed()) {
    metrics.oldestEffectAge.set(
      { kind: labelOf(TYPES_AND_KINDS, kind), cause: labelOf(EFFECT_CAUSES, cause) },
      ageSeconds,
    )
  }
}

function setWaiting(waiting: WaitingEffects[]): void {
  metrics.effectsWaiting.reset()
  metrics.effectsWaitingAge.reset()
  for (const { kind, cause, count, ageSeconds } of waiting) {
    const labels = { kind: labelOf(TYPES_AND_KINDS, kind), cause: labelOf(CAUSES, cause) }
    metrics.effectsWaiting.inc(labels, count)
    metrics.effectsWaitingAge.set(labels, ageSeconds)
  }
}

/** Calls of `read` while one is running share its outcome. */
function shared<Argument, Result>(read: (argument: Argument) => Promise<Result>): typeof read {
  let running: Promise<Result> | undefined
  return (argument) => {
    running ??= read(argument).finally(() => {
      running = undefined
    })
    return running
  }
}
