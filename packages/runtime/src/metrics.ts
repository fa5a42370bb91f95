import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const registry = new Registry()
const registers = [registry]
collectDefaultMetrics({ register: registry })

/** Seconds, from what a warm process needs to what a provider waits. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10]
/** Seconds from receipt to commit: minutes when a store was away. */
const END_TO_END_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800]

/** Everything the processes count, under the names that Prometheus sees. Labels come from bounded sets only. */
export const metrics = {
  registry,
  requests: new Counter({
    name: 'webhook_requests_total',
    help: 'Webhook requests by how they were answered',
    labelNames: ['provider', 'outcome'],
    registers,
  }),
  requestDuration: new Histogram({
    name: 'webhook_request_duration_seconds',
    help: 'From the first byte of a webhook request to its answer',
    labelNames: ['provider'],
    buckets: REQUEST_SECONDS,
    registers,
  }),
  unsigned: new Counter({
    name: 'webhook_unsigned_total',
    help: 'Requests taken without a signature, which production never does',
    labelNames: ['provider'],
    registers,
  }),
  processed: new Counter({
    name: 'webhook_processed_total',
    help: 'Events by how their processing ended',
    labelNames: ['provider', 'type', 'outcome'],
    registers,
  }),
  processDuration: new Histogram({
    name: 'webhook_process_duration_seconds',
    help: 'From taking a job to its commit',
    labelNames: ['provider'],
    buckets: REQUEST_SECONDS,
    registers,
  }),
  endToEnd: new Histogram({
    name: 'webhook_end_to_end_seconds',
    help: 'From receipt of an event to its commit',
    labelNames: ['provider'],
    buckets: END_TO_END_SECONDS,
    registers,
  }),
  attempts: new Histogram({
    name: 'webhook_attempts',
    help: 'Attempts an event had used when it settled',
    labelNames: ['provider'],
    buckets: [1, 2, 3, 4, 5, 6, 7, 8, 12, 16],
    registers,
  }),
  payments: new Counter({
    name: 'webhook_payments_total',
    help: 'Payments recorded',
    labelNames: ['status'],
    registers,
  }),
  effects: new Counter({
    name: 'webhook_effects_total',
    help: 'Effects by how they ended',
    labelNames: ['kind', 'outcome'],
    registers,
  }),
  queueJobs: new Gauge({
    name: 'webhook_queue_jobs',
    help: 'Jobs in a queue by state',
    labelNames: ['queue', 'state'],
    registers,
  }),
  queueOldestAge: new Gauge({
    name: 'webhook_queue_oldest_age_seconds',
    help: 'Age of the job that has waited longest',
    labelNames: ['queue'],
    registers,
  }),
  deadLetters: new Gauge({
    name: 'webhook_dead_letters',
    help: 'Open dead letters',
    labelNames: ['provider', 'type', 'cause'],
    registers,
  }),
  storeUp: new Gauge({
    name: 'webhook_store_up',
    help: 'Whether a worker reaches its store: 1, or 0',
    labelNames: ['store'],
    registers,
  }),
  redisMemory: new Gauge({
    name: 'webhook_redis_memory_bytes',
    help: 'What Redis uses, and may use at most',
    labelNames: ['kind'],
    registers,
  }),
  contradictions: new Counter({
    name: 'webhook_prediction_contradictions_total',
    help: 'Predictions that were said to have ended in another way than before',
    registers,
  }),
  predictionsOverdue: new Gauge({
    name: 'webhook_predictions_overdue',
    help: 'Predictions whose end nobody told of, and nobody has asked for',
    registers,
  }),
  reconcileMissing: new Counter({
    name: 'webhook_reconcile_missing_total',
    help: 'Events that a provider has and the inbox had not, when it was asked',
    labelNames: ['provider'],
    registers,
  }),
  reconcileLastSuccess: new Gauge({
    name: 'webhook_reconcile_last_success_timestamp_seconds',
    help: 'When this process last asked a provider for all that was missed; absent where it has not',
    labelNames: ['provider'],
    registers,
  }),
  stalled: new Counter({ name: 'webhook_stalled_total', help: 'Jobs whose worker went away', registers }),
  swept: new Counter({
    name: 'webhook_swept_total',
    help: 'Events that the sweeper gave back to the queue',
    registers,
  }),
}

/** Keeps a label bounded: a value that is not `known` counts as `other`. */
export const labelOf = (known: ReadonlySet<string>, value: string): string => (known.has(value) ? value : 'other')
