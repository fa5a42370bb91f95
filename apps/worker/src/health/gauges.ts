import { countDeadLetters } from '@sluice/database/dead-letters'
import type { Pool } from '@sluice/database/pool'
import { countOverduePredictions } from '@sluice/database/reconcile'
import { handledTypes } from '@sluice/handlers'
import { type Producer, QUEUES } from '@sluice/queue'
import { withDeadline } from '@sluice/runtime/deadline'
import { labelOf, metrics } from '@sluice/runtime/metrics'
import { effectors } from '../effects/index.ts'

/** Below the time that Prometheus waits for metrics, also where a store takes connections and answers nothing. */
const DEADLINE_MS = 2_000

const TYPES_AND_KINDS = new Set([...handledTypes, ...Object.keys(effectors)])

/** Sets the gauges that are read only when metrics are scraped. */
export async function setGauges(producer: Producer, pool: Pool): Promise<void> {
  await Promise.all([note('queue', setQueueGauges(producer)), note('postgres', setGaugesOfRows(pool))])
}

/** Whether the store answered, under the name that `/readyz` has for it. Its other gauges stay as they were if not. */
async function note(store: string, answer: Promise<void>): Promise<void> {
  const up = await withDeadline(answer, DEADLINE_MS, store).then(
    () => 1,
    () => 0,
  )
  metrics.storeUp.set({ store }, up)
}

async function setQueueGauges(producer: Producer): Promise<void> {
  const [counts, age, memory] = await Promise.all([producer.counts(), producer.oldestAgeSeconds(), producer.memory()])
  for (const [queue, states] of Object.entries(counts)) {
    for (const [state, jobs] of Object.entries(states)) metrics.queueJobs.set({ queue, state }, jobs)
  }
  metrics.queueOldestAge.set({ queue: QUEUES.events }, age)
  setMemory(memory)
}

/** The fullest of them counts: it is the one that refuses writes first. @param infos what `INFO memory` answers. */
function setMemory(infos: string[]): void {
  const [fullest] = infos.map(memoryIn).sort((one, other) => other.used / other.limit - one.used / one.limit)
  if (fullest === undefined) return
  metrics.redisMemory.set({ kind: 'used' }, fullest.used)
  metrics.redisMemory.set({ kind: 'limit' }, fullest.limit)
}

/** Without a `maxmemory` Redis may take all that the machine has. */
function memoryIn(info: string) {
  const bytes = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  return { used: bytes('used_memory'), limit: bytes('maxmemory') || bytes('total_system_memory') }
}

async function setGaugesOfRows(pool: Pool): Promise<void> {
  const [deadLetters, overdue] = await Promise.all([countDeadLetters(pool), countOverduePredictions(pool)])
  metrics.predictionsOverdue.set(overdue)
  metrics.deadLetters.reset()
  for (const { count, type, ...labels } of deadLetters)
    metrics.deadLetters.inc({ ...labels, type: labelOf(TYPES_AND_KINDS, type) }, count)
}
