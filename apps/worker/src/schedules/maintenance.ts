import { applyRetention } from '@sluice/database/inbox'
import type { Pool } from '@sluice/database/pool'
import type { ReplicateApi } from '@sluice/providers/replicate/api'
import { createStripeApi } from '@sluice/providers/stripe/api'
import { type Consumer, type ConsumerOptions, createConsumer, QUEUES } from '@sluice/queue'
import type { Logger } from '@sluice/runtime'
import type { Environment } from '../environment.ts'
import { reconcileAll } from './reconcile.ts'

export interface Maintenance {
  pool: Pool
  /** Null without a token. */
  replicate: ReplicateApi | null
  logger: Logger
}

/** Does what is done once a day, by whichever worker is given it: see `scheduleDaily` of the producer. */
export function createMaintenance(
  env: Environment,
  { pool, replicate, logger }: Maintenance,
  options: Omit<ConsumerOptions, 'concurrency'>,
): Consumer<unknown> {
  const { STRIPE_API_KEY: key, STRIPE_API_BASE: base, HANDLER_TIMEOUT_MS: timeoutMs } = env
  const stripe = key === undefined ? null : createStripeApi({ key, base, timeoutMs })
  const eventDays = env.EVENT_RETENTION_DAYS
  const bodyDays = env.EVENT_BODY_RETENTION_DAYS ?? eventDays
  const isStopping = () => consumer.worker.closing !== undefined

  const reconciling = { pool, stripe, replicate, eventDays, logger, isStopping }

  const consumer = createConsumer<unknown>(
    { url: env.REDIS_URL, shards: env.QUEUE_SHARDS },
    QUEUES.maintenance,
    ({ name }) => (name === 'reconcile' ? reconcileAll(reconciling) : applyRetention(pool, { eventDays, bodyDays })),
    { ...options, concurrency: 1 },
  )
  return consumer
}
