import { type Job, type Telemetry, Worker, type WorkerOptions } from 'bullmq'
import { consumerConnection } from './backend.ts'
import { backoffMs } from './policy.ts'

export interface ConsumerOptions {
  concurrency: number
  backoffFirstMs: number
  backoffMaxMs: number
  /** If given, jobs go on with the trace that they carry. */
  telemetry?: Telemetry | undefined
}

export interface Consumer<Data> {
  worker: Worker<Data>
  /** Ends its connection; `worker.close()` alone leaves it open. */
  disconnect(): void
}

/**
 * A worker that takes over from a dead one within about 20 s, and for which a stall is free: who died over a job is
 * found by the crash count of its row, not by BullMQ's limit, which would fail the job without our code.
 */
export function createConsumer<Data>(
  url: string,
  queue: string,
  process: (job: Job<Data>, token: string) => Promise<unknown>,
  { concurrency, backoffFirstMs, backoffMaxMs, telemetry }: ConsumerOptions,
): Consumer<Data> {
  const { options, backend, disconnect } = consumerConnection(url)
  const settings: WorkerOptions = {
    ...options,
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
