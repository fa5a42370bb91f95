import { FINAL_PREDICTION_STATUSES, FINAL_SUBSCRIPTION_STATUSES, type VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { createInbox } from '../inbox/append.ts'
import { sqlList } from '../sql/text.ts'

export interface Reconciled {
  /** How many events of the provider were held against the inbox. */
  checked: number
  /** Those that the inbox does not have, or did not when `repair` put them there. */
  missed: VerifiedEvent[]
}

/**
 * Holds what a provider says it sent against the inbox, page by page. What was recorded counts as there, whatever became
 * of it. With `repair` what was missed is appended as a webhook would be; it has no job, so the sweeper gives it one.
 */
export async function* reconcile(
  pool: Pool,
  pages: AsyncIterable<VerifiedEvent[]>,
  { repair }: { repair: boolean },
): AsyncGenerator<Reconciled> {
  for await (const events of pages) {
    const missed = await unrecorded(pool, events)
    yield { checked: events.length, missed: repair ? await append(pool, missed) : missed }
  }
}

async function unrecorded(pool: Pool, events: VerifiedEvent[]): Promise<VerifiedEvent[]> {
  if (events.length === 0) return []
  const { rows } = await pool.query<{ key: string }>(
    `SELECT provider || ' ' || event_id AS key FROM webhook_events WHERE provider = ANY ($1) AND event_id = ANY ($2)`,
    [[...new Set(events.map(({ provider }) => provider))], events.map(({ eventId }) => eventId)],
  )
  const recorded = new Set(rows.map(({ key }) => key))
  return events.filter(({ provider, eventId }) => !recorded.has(`${provider} ${eventId}`))
}

/** Those of them that did not come by themselves meanwhile. */
async function append(pool: Pool, events: VerifiedEvent[]): Promise<VerifiedEvent[]> {
  const inbox = createInbox(pool)
  const appended = await Promise.all(events.map((event) => inbox.append(event)))
  return events.filter((_, index) => appended[index]?.duplicate === false)
}

/**
 * Predictions that the host began in this time, and of whose end the inbox has nothing: neither taken in nor waiting for
 * a worker.
 */
export async function predictionsWithoutEnd(pool: Pool, since: Date, until: Date): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT j.prediction_id AS id FROM generation_jobs j
      WHERE j.prediction_id IS NOT NULL AND j.status NOT IN (${sqlList(FINAL_PREDICTION_STATUSES)})
      AND j.seen_at BETWEEN $1 AND $2
      AND NOT EXISTS (SELECT FROM webhook_events e WHERE e.provider = 'replicate'
        AND e.ordering_key = 'replicate:' || j.prediction_id AND e.type ~ '[.](${FINAL_PREDICTION_STATUSES.join('|')})$')
      ORDER BY j.seen_at DESC`,
    [since, until],
  )
  return rows.map(({ id }) => id)
}

/** Connected accounts of which something is known, and that did not take back their leave to ask in their name. */
export async function connectedAccounts(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ account: string }>(
    `SELECT account FROM (SELECT account FROM connected_accounts UNION SELECT account FROM customers) AS known
      WHERE account IS NOT NULL
      AND NOT EXISTS (SELECT FROM connected_accounts c WHERE c.account = known.account AND c.deauthorized)
      ORDER BY account`,
  )
  return rows.map(({ account }) => account)
}

export interface LateSubscription {
  subscriptionId: string
  account: string | null
  livemode: boolean | null
  status: string
  periodEnd: Date
}

/**
 * Subscriptions that are not over and of which nothing came since their period ended, an hour ago or longer: something
 * must have happened to them. Left out are those of which an event waits for a worker.
 */
export async function lateSubscriptions(pool: Pool): Promise<LateSubscription[]> {
  const { rows } = await pool.query<LateSubscription>(
    `SELECT s.stripe_subscription_id AS "subscriptionId", s.account, s.livemode, s.status,
        s.current_period_end AS "periodEnd"
      FROM subscriptions s
      WHERE s.status NOT IN (${sqlList(FINAL_SUBSCRIPTION_STATUSES)}) AND s.current_period_end < now() - '1 hour'::interval
      AND NOT EXISTS (SELECT FROM connected_accounts c WHERE c.account = s.account AND c.deauthorized)
      AND NOT EXISTS (SELECT FROM webhook_events e
        WHERE e.subscription_id = s.stripe_subscription_id AND e.status = 'received')
      ORDER BY s.stripe_subscription_id`,
  )
  return rows
}
