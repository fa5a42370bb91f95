import { createInbox } from '@sluice/database/append'
import { type Commit, type CommitRules, createCommit } from '@sluice/database/commit'
import { connect } from '@sluice/database/pool'
import { decide } from '@sluice/handlers'
import { stripe } from '@sluice/providers'
import {
  type ApiVersion,
  createRandom,
  idSuffixOf,
  NEWEST_VERSION,
  type SentEvent,
  type Step,
  shuffle,
  subscriptionLifecycle,
} from '@sluice/simulator'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'

/** The events of one lifecycle in order of arrival, duplicates included. */
export interface Arrivals {
  /** The suffix of all ids of the lifecycle. */
  ending: string
  events: SentEvent[]
}

/** How events are repeated. */
export const NOISES = ['none', 'all again, backwards', 'anywhere'] as const

/** Repeats events, or adds the second Event object that Stripe sometimes makes of one change. */
export function withNoise(events: SentEvent[], noise: (typeof NOISES)[number], seed: string): SentEvent[] {
  if (noise === 'none') return events
  if (noise === 'all again, backwards') return [...events, ...events.map(secondObject).toReversed()]
  const random = createRandom(seed)
  const arrived = [...events]
  for (const event of events) {
    if (!random.chance(0.5)) continue
    arrived.splice(random.between(0, arrived.length), 0, random.chance(0.5) ? event : secondObject(event))
  }
  return arrived
}

/** https://docs.stripe.com/webhooks#handle-duplicate-events */
function secondObject(event: SentEvent): SentEvent {
  const id = event.id.replace(/^evt_.../, 'evt_2nd')
  return { ...event, id, body: event.body.replace(event.id, id) }
}

/** One lifecycle with a user of the host. Lifecycles of different seeds differ in their ids alone. */
export function lifecycleOf(seed: string, steps: readonly Step[], version: ApiVersion = NEWEST_VERSION): Arrivals {
  const ending = idSuffixOf(seed)
  const userId = userIdOf({ ending })
  return { ending, events: subscriptionLifecycle({ seed, steps, userId, email: 'somebody@example.com', version }) }
}

const userIdOf = ({ ending }: Pick<Arrivals, 'ending'>): string => `user_${ending}`

/** The host's users, which exist before the first event. */
export const insertUsers = (pool: Pool, lifecycles: Arrivals[]) =>
  pool.query('INSERT INTO users (id) SELECT unnest($1::text[])', [lifecycles.map(userIdOf)])

/** Every order of a short list, the given one first. */
export const ordersOf = <T>(list: readonly T[]): T[][] =>
  list.length === 0
    ? [[]]
    : ordersOf(list.slice(1)).flatMap((order) =>
        Array.from({ length: list.length }, (_, at) => [...order.slice(0, at), list[0] as T, ...order.slice(at)]),
      )

/** Random orders, the given one first. */
export const randomOrders = <T>(list: readonly T[], count: number, seed: string): T[][] =>
  Array.from({ length: count }, (_, index) => (index === 0 ? [...list] : shuffle(list, `${seed}:${index}`)))

export const RULES: CommitRules = { decide, pastDueIsActive: true, jobWaitSeconds: 0 }

/** Appends the events, then commits them in batches of that size, which span lifecycles. */
export async function commitInBatches(pool: Pool, arrivals: Arrivals[], size: number): Promise<number> {
  const ids = await append(
    pool,
    arrivals.flatMap(({ events }) => events),
  )
  const commit = createCommit(pool, RULES)
  for (let start = 0; start < ids.length; start += size) await commitAll(commit, ids.slice(start, start + size))
  return ids.length
}

/** @throws when an event ends in any other way than done, now or before. */
async function commitAll(commit: Commit, ids: string[]): Promise<void> {
  for (const result of (await commit([...new Set(ids)])).values()) {
    if (result.outcome === 'processed' || result.outcome === 'settled') continue
    throw new Error(`an event was not processed: ${JSON.stringify(result)}`)
  }
}

/** Appends events. Returns the row ids in order of arrival; a duplicate has the id of the first. */
export async function append(pool: Pool, events: SentEvent[]): Promise<string[]> {
  const inbox = createInbox(pool)
  const rows = await Promise.all(events.map(async (event) => ({ event, ...(await inbox.append(verified(event))) })))
  const idOf = new Map(rows.filter(({ duplicate }) => !duplicate).map(({ event, id }) => [event.id, id]))
  return rows.map(({ event }) => idOf.get(event.id) ?? '')
}

export function verified({ body }: SentEvent) {
  const secret = 'whsec_c2VjcmV0IG9mIHRoZSBvcmRlcnMgdGVzdA=='
  const headers = stripe.sign(body, secret)
  return stripe.verify({ headers, body: Buffer.from(body) }, [secret], { toleranceSeconds: 300 })
}

/** A database for one test, as its owner and as the worker. */
export const withDatabase = <T>(use: (owner: Pool, worker: Pool) => Promise<T>): Promise<T> =>
  withPostgres(async ({ url, roleUrl }) => {
    const [owner, worker] = [connect(url), connect(roleUrl('sluice_worker'))]
    try {
      return await use(owner, worker)
    } finally {
      await Promise.all([owner.end(), worker.end()])
    }
  })
