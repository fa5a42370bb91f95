import { z } from 'zod'
import { time } from './common.ts'

/** Something that somebody should look at. Absent when all is well. */
export const Attention = z.object({
  kind: z.enum(['dead_letters', 'oldest_waiting', 'no_event', 'effects_waiting', 'host_unreachable']),
  /** One sentence. */
  text: z.string(),
  count: z.number().nullable(),
  since: time.nullable(),
  /** Page of the console with its rows. */
  link: z.string(),
})

/** One point of a chart. */
export const EventPoint = z.object({
  /** Start of the interval. */
  at: time,
  received: z.number(),
  processed: z.number(),
  ignored: z.number(),
  failed: z.number(),
})

/** `GET /api/overview?range=1h|24h|7d`. */
export const Overview = z.object({
  range: z.enum(['1h', '24h', '7d']),
  attention: z.array(Attention),
  /** Seconds of one point. */
  interval: z.number(),
  /** By time of receipt. */
  events: z.array(EventPoint),
  /** From receipt to commit, in seconds, of the events of the range; null if there are none. */
  latency: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  /** Seconds that the oldest event that waits is waiting; null if none waits. */
  oldestWaitingSeconds: z.number().nullable(),
  payments: z.array(z.object({ currency: z.string(), status: z.string(), count: z.number(), amount: z.number() })),
  effects: z.array(z.object({ kind: z.string(), status: z.string(), count: z.number() })),
  generations: z.array(z.object({ status: z.string(), count: z.number() })),
  /** True if 200,000 events or more are in the range: `events` and `latency` are of the newest. */
  truncated: z.boolean(),
})

export type Overview = z.output<typeof Overview>
