import { applyRetention } from '@sluice/database/inbox'
import type { Pool } from '@sluice/database/pool'
import { openApis } from '@sluice/providers/apis'
import { type Consumer, type ConsumerOptions, createConsumer, QUEUES } from '@sluice/queue'
import type { Logger } from '@sluice/runtime/logger'
import type { Environment } from '../environment.ts'
import { reconcileDaily } from './reconcile.ts'

/** Runs the daily jobs that `scheduleDaily` of the producer schedules. Each job runs in one worker. */
export function createMaintenance(
  env: Environment,
  { pool, logger }: { pool: Pool; logger: Logger },
  options: Omit<ConsumerOptions, 'concurrency'>,
): Consumer<unknown> {
  const eventDays = env.EVENT_RETENTION_DAYS
  const bodyDays = env.EVENT_BODY_RETENTION_DAYS ?? eventDays
  const isStopping = () => consumer.worker.closing !== undefined

  const reconcile = async () => {
    const apis = await openApis(env, env.HANDLER_TIMEOUT_MS)
    await reconcileDaily({ pool, apis, eventDays, logger, isStopping })
  }

  const consumer = createConsumer<unknown>(
    { url: env.REDIS_URL, shards: env.QUEUE_SHARDS, prefix: env.QUEUE_PREFIX },
    QUEUES.maintenance,
    ({ name }) => (name === 'reconcile' ? reconcile() : applyRetention(pool, { eventDays, bodyDays })),
    { ...options, concurrency: 1 },
  )
  return consumer
}
