import type { Pool } from '@sluice/database/pool'
import { countDeadLetters } from '@sluice/database/upkeep'
import { type Producer, QUEUES } from '@sluice/queue'
import { metrics } from '@sluice/runtime'

/** Reads what is only worth reading when somebody asks for the metrics. */
export async function setGauges(producer: Producer, pool: Pool): Promise<void> {
  const [counts, age, letters] = await Promise.all([
    producer.counts(),
    producer.oldestAgeSeconds(),
    countDeadLetters(pool),
  ])
  for (const [queue, states] of Object.entries(counts)) {
    for (const [state, jobs] of Object.entries(states)) metrics.queueJobs.set({ queue, state }, jobs)
  }
  metrics.queueOldestAge.set({ queue: QUEUES.events }, age)
  metrics.deadLetters.reset()
  for (const { provider, type, count } of letters) metrics.deadLetters.set({ provider, type }, count)
}
