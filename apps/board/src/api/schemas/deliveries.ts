import { z } from 'zod'
import { pageOf, time } from './common.ts'

/** A request that repeated an event, or that was refused. */
export const DeliveryItem = z.object({
  id: z.string(),
  provider: z.string(),
  outcome: z.enum(['duplicate', 'refused']),
  /** The code of a refusal's reason: `no_matching_signature, too_old, …`. */
  reason: z.string().nullable(),
  /** Number of requests that the row stands for: in a flood most are only counted. */
  count: z.number(),
  /** Network of the sender: /24, or /48 of IPv6. */
  addressNet: z.string().nullable(),
  bytes: z.number().nullable(),
  /** SHA-256 of the body: equal for equal bytes. */
  bodyHash: z.string().nullable(),
  answeredMs: z.number().nullable(),
  receivedAt: time,
  /** The event that it repeated; null if retention has deleted it. */
  eventId: z.string().nullable(),
  type: z.string().nullable(),
})

export type DeliveryItem = z.output<typeof DeliveryItem>

/** `GET /api/deliveries?outcome=duplicate|refused`. */
export const Deliveries = pageOf(DeliveryItem)

export type Deliveries = z.output<typeof Deliveries>

export const Refusal = z.object({
  provider: z.string(),
  reason: z.string(),
  count: z.number(),
  first: time,
  last: time,
  /** The networks with most requests, of those requests that were not only counted. */
  networks: z.array(z.object({ network: z.string(), count: z.number() })),
  /** The likely cause, and what to do. */
  hint: z.string(),
})

/** `GET /api/refusals?range=1h|24h|7d`: refused requests by provider and reason. */
export const Refusals = z.object({ items: z.array(Refusal), next: z.null() })

export type Refusals = z.output<typeof Refusals>
