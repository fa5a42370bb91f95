import { type Job, type Telemetry, Worker, type WorkerOptions } from 'bullmq'
import { type Connected, consumerConnection } from './backend.ts'
import { backoffMs } from './policy.ts'
import { prefixesOf, type QueueStore, storeOf } from './store.ts'

export interface ConsumerOptions {
  concurrency: number
  backoffFirstMs: number
  backoffMaxMs: number
  /** If given, jobs continue the trace that they carry. */
  telemetry?: Telemetry | undefined
}

export interface Consumer<Data> {
  worker: Worker<Data>
  /** Closes its connection, which `worker.close()` leaves open. */
  disconnect(): void
}

type Process<Data> = (job: Job<Data>, token: string) => Promise<unknown>

/** A worker per shard of events or effects, over one connection; `concurrency` is shared among them. */
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
  const { url, shards } = storeOf(store)
  return consume(consumerConnection(url), prefixesOf({ url, shards })[0], queue, process, options)
}

/**
 * A worker that takes over jobs of a dead one within about 20 s. A stall uses up no attempt: a job that kills processes
 * is found by the crash count of its row, not by BullMQ's limit, which would fail the job without our code.
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
