import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const registry = new Registry()
const registers = [registry]
collectDefaultMetrics({ register: registry })

/** Seconds, from the response time of a warm process up to a provider's timeout. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10]
/** Seconds from receipt to commit. Minutes are normal after an outage. */
const END_TO_END_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800]

/** All metrics. Label values come from bounded sets only. */
export const metrics = {
  registry,
  requests: new Counter({
    name: 'webhook_requests_total',
    help: 'Webhook requests by answer',
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
  bodyBytes: new Gauge({
    name: 'webhook_body_bytes',
    help: 'Memory for bodies of requests that are not answered yet; over the budget, requests get 503 (`overloaded`)',
    registers,
  }),
  connections: new Gauge({ name: 'webhook_connections', help: 'Open connections to the webhook port', registers }),
  connectionsClosed: new Counter({
    name: 'webhook_connections_closed_total',
    help: 'Connections without a complete event that were closed, because their client or all clients had too many',
    labelNames: ['cap'],
    registers,
  }),
  unsigned: new Counter({
    name: 'webhook_unsigned_total',
    help: 'Requests accepted without a signature (never in production)',
    labelNames: ['provider'],
    registers,
  }),
  processed: new Counter({
    name: 'webhook_processed_total',
    help: 'Events by outcome of processing',
    labelNames: ['provider', 'type', 'outcome'],
    registers,
  }),
  processDuration: new Histogram({
    name: 'webhook_process_duration_seconds',
    help: 'From the start of a job to its commit',
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
    help: 'Attempts that an event used until it settled',
    labelNames: ['provider'],
    buckets: [1, 2, 3, 4, 5, 6, 7, 8, 12, 16],
    registers,
  }),
  eventsApart: new Counter({
    name: 'webhook_events_apart_total',
    help: 'Events not committed in their batch: `large` or `crowded` (large, and too many of these wait), `full` (no room left), `split` (the batch failed or was too slow)',
    labelNames: ['reason'],
    registers,
  }),
  filesRefused: new Counter({
    name: 'webhook_output_files_refused_total',
    help: 'Files of outputs beyond the number that is copied',
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
    help: 'Effects by outcome; `reason` says why one was skipped',
    labelNames: ['kind', 'outcome', 'reason'],
    registers,
  }),
  hostMessages: new Counter({
    name: 'webhook_host_messages_total',
    help: 'Messages to the host application by type and outcome: `delivered`, `refused` (sent again later), `skipped`, `dead_letter`',
    labelNames: ['type', 'outcome'],
    registers,
  }),
  unsettledEvents: new Gauge({
    name: 'webhook_unsettled_events',
    help: 'Events that are neither settled nor dead letters, by cause',
    labelNames: ['cause'],
    registers,
  }),
  oldestEventAge: new Gauge({
    name: 'webhook_oldest_event_age_seconds',
    help: 'Time since the oldest unsettled event was received, by cause; missing while Postgres cannot be read',
    labelNames: ['cause'],
    registers,
  }),
  oldestEffectAge: new Gauge({
    name: 'webhook_oldest_effect_age_seconds',
    help: 'Time since the oldest effect that has not ended was due, by kind and cause; missing like that of events',
    labelNames: ['kind', 'cause'],
    registers,
  }),
  lockWaiting: new Gauge({
    name: 'webhook_events_waiting_for_locks',
    help: 'Events that wait in this worker because another session holds a lock that they need, by table',
    labelNames: ['table'],
    registers,
  }),
  effectsWaiting: new Gauge({
    name: 'webhook_effects_waiting',
    help: 'Effects that wait for another system without using an attempt, by kind and cause',
    labelNames: ['kind', 'cause'],
    registers,
  }),
  effectsWaitingAge: new Gauge({
    name: 'webhook_effects_waiting_age_seconds',
    help: 'How long the effect that has waited longest has waited, by kind and cause',
    labelNames: ['kind', 'cause'],
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
    help: 'Age of the oldest waiting job',
    labelNames: ['queue'],
    registers,
  }),
  deadLetters: new Gauge({
    name: 'webhook_dead_letters',
    help: 'Open dead letters',
    labelNames: ['provider', 'type', 'cause'],
    registers,
  }),
  clockAhead: new Gauge({
    name: 'webhook_clock_ahead_seconds',
    help: 'Seconds that the clock of this machine is ahead of the clock of Postgres; negative: behind',
    registers,
  }),
  storeUp: new Gauge({
    name: 'webhook_store_up',
    help: '1 if the store takes the writes of this worker, else 0',
    labelNames: ['store'],
    registers,
  }),
  redisMemory: new Gauge({
    name: 'webhook_redis_memory_bytes',
    help: 'Memory of Redis: used, and its limit (maxmemory, else all memory of the machine)',
    labelNames: ['kind'],
    registers,
  }),
  contradictions: new Counter({
    name: 'webhook_prediction_contradictions_total',
    help: 'Predictions that were reported with two different endings',
    registers,
  }),
  withoutAccess: new Counter({
    name: 'webhook_without_access_total',
    help: 'Events that were processed, but give no access: of an account that is not in STRIPE_ACCOUNTS, or, in production, of test mode',
    labelNames: ['reason'],
    registers,
  }),
  predictionsOverdue: new Gauge({
    name: 'webhook_predictions_overdue',
    help: 'Predictions whose final event is overdue',
    registers,
  }),
  payersWithoutUser: new Gauge({
    name: 'webhook_payers_without_user',
    help: 'Customers and guests who paid and belong to no user, among the first 10,000 of each without one',
    registers,
  }),
  reconcileMissing: new Counter({
    name: 'webhook_reconcile_missing_total',
    help: 'Events that reconcile found missing in the inbox',
    labelNames: ['provider'],
    registers,
  }),
  reconcileLastSuccess: new Gauge({
    name: 'webhook_reconcile_last_success_timestamp_seconds',
    help: 'Unix time of the last complete reconcile with a provider by this process',
    labelNames: ['provider'],
    registers,
  }),
  logLinesDropped: new Counter({
    name: 'webhook_log_lines_dropped_total',
    help: 'Log lines of this process that could not be written to stdout',
    labelNames: ['reason'],
    registers,
  }),
  refusedJobs: new Counter({
    name: 'webhook_refused_jobs_total',
    help: 'Jobs with an event that ingest did not sign',
    labelNames: ['reason'],
    registers,
  }),
  loginFailures: new Counter({
    name: 'webhook_board_login_failures_total',
    help: 'Logins at the board with wrong credentials, and those that were refused unseen because of too many such',
    labelNames: ['outcome'],
    registers,
  }),
  stalled: new Counter({ name: 'webhook_stalled_total', help: 'Jobs whose worker stopped responding', registers }),
  swept: new Counter({
    name: 'webhook_swept_total',
    help: 'Events that the sweeper enqueued again',
    registers,
  }),
}

/** Bounds a label: a value that is not in `known` becomes `other`. */
export const labelOf = (known: ReadonlySet<string>, value: string): string => (known.has(value) ? value : 'other')
