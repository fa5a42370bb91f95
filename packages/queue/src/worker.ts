import { type Job, type Telemetry, Worker, type WorkerOptions } from 'bullmq'
import { type Connected, consumerConnection } from './backend.ts'
import { backoffMs } from './policy.ts'
import { prefixesOf, type QueueStore, storeOf } from './store.ts'

export interface ConsumerOptions {
  concurrency: number
  backoffFirstMs: number
  backoffMaxMs: number
  /** If set, jobs continue the trace of their producer. */
  telemetry?: Telemetry | undefined
}

export interface Consumer<Data> {
  worker: Worker<Data>
  /** Closes the connection, which `worker.close()` leaves open. */
  disconnect(): void
}

type Process<Data> = (job: Job<Data>, token: string) => Promise<unknown>

/** One worker per shard of events or effects. They share a connection and divide `concurrency`. */
export function createConsumers<Data>(
  store: QueueStore,
  queue: string,
  process: Process<Data>,
  options: ConsumerOptions,
): Consumer<Data>[] {
  const connected = consumerConnection(store.url)
  const prefixes = prefixesOf(store)
  const each = { ...options, concurrency: Math.ceil(options.concurrency / prefixes.length) }
  return prefixes.map((prefix) => consume(connected, prefix, queue, process, each))
}

/** A worker for a queue without shards. */
export function createConsumer<Data>(
  store: string | QueueStore,
  queue: string,
  process: Process<Data>,
  options: ConsumerOptions,
): Consumer<Data> {
  const where = storeOf(store)
  return consume(consumerConnection(where.url), prefixesOf(where)[0], queue, process, options)
}

/**
 * A worker that takes over the jobs of a dead worker within about 20 s. A stall uses no attempt. A job that kills
 * processes is detected by the crash count of its row instead of BullMQ's limit, which would fail the job without
 * running our code.
 */
function consume<Data>(
  { options, backend, disconnect }: Connected<WorkerOptions>,
  prefix: string | undefined,
  queue: string,
  process: Process<Data>,
  { concurrency, backoffFirstMs, backoffMaxMs, telemetry }: ConsumerOptions,
): Consumer<Data> {
  const settings: WorkerOptions = {
    ...options,
    ...(prefix && { prefix }),
    autorun: false,
    concurrency,
    lockDuration: 10_000,
    stalledInterval: 5_000,
    maxStalledCount: 1_000,
    settings: { backoffStrategy: (attemptsMade) => backoffMs(attemptsMade, backoffFirstMs, backoffMaxMs) },
    ...(telemetry && { telemetry }),
  }
  const worker = new Worker<Data>(queue, (job, token) => process(job, token ?? ''), settings, backend)
  return { worker, disconnect }
}
