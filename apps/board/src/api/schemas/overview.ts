import { z } from 'zod'
import { time } from './common.ts'

/** Something that somebody should look at. Absent when all is well. */
export const Attention = z.object({
  kind: z.enum([
    'store_unreachable',
    'ledger_unbalanced',
    'dead_letters',
    'oldest_waiting',
    'no_event',
    'files_near_deletion',
    'effects_waiting',
    'host_unreachable',
    'not_counted',
    'reconcile_overdue',
    'endpoint',
    'checks',
  ]),
  /** One sentence. */
  text: z.string(),
  count: z.number().nullable(),
  since: time.nullable(),
  /** Page of the console with its rows. */
  link: z.string(),
})

/** The events that ended in one interval. */
export const EventPoint = z.object({
  /** Start of the interval. */
  at: time,
  processed: z.number(),
  ignored: z.number(),
  /** Became dead letters. */
  failed: z.number(),
  /** Failed attempts that are tried again. */
  retried: z.number(),
  /** Requests that repeated an event. */
  duplicate: z.number(),
  /** Requests that were refused. */
  refused: z.number(),
  /** From receipt to commit, in milliseconds; null if nothing ended. */
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
})

/** One number for each point of the chart. */
const values = z.array(z.number())

/** `GET /api/overview?range=1h|24h|7d`. */
export const Overview = z.object({
  range: z.enum(['1h', '24h', '7d']),
  attention: z.array(Attention),
  /** Seconds of one point. */
  interval: z.number(),
  /** Every interval of the range, by the time of the end. An event that is replayed ends again. */
  events: z.array(EventPoint),
  /** From receipt to commit, in seconds, of the events of the range; null if there are none. */
  latency: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  /** Seconds that the oldest event that waits is waiting; null if none waits. */
  oldestWaitingSeconds: z.number().nullable(),
  /** Failed attempts by cause, of the causes with most of them. `values` are attempts. */
  causes: z.array(
    z.object({
      fingerprint: z.string(),
      cause: z.string(),
      type: z.string(),
      attempts: z.number(),
      /** Of these, the ones that made a dead letter. */
      dead: z.number(),
      values,
    }),
  ),
  refusals: z.array(z.object({ provider: z.string(), reason: z.string(), count: z.number(), values })),
  /** By the time of the payment; `values` are amounts. */
  payments: z.array(
    z.object({ currency: z.string(), status: z.string(), count: z.number(), amount: z.number(), values }),
  ),
  effects: z.array(z.object({ kind: z.string(), status: z.string(), count: z.number(), values })),
  generations: z.array(z.object({ status: z.string(), count: z.number(), values })),
  /** Until when minutes are counted; null if none is. Later ones, up to two hours, are read from their rows. */
  countedUntil: time.nullable(),
})

export type Overview = z.output<typeof Overview>
