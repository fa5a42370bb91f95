import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { ANNOUNCED, keysOf } from './announcements.ts'
import { PendingMessage } from './message.ts'

/**
 * The next messages for an endpoint, in the order in which they were written, without those that wait after a failure.
 *
 * @param underWay ids of those that are being sent
 * @param things what they are about: none about these is returned
 */
export const nextMessages = (
  pool: Pool,
  endpoint: string,
  count: number,
  underWay: readonly string[],
  things: readonly string[],
): Promise<PendingMessage[]> =>
  queryRows(
    pool,
    PendingMessage,
    `SELECT o.id, o.effect_key AS key, o.payload, o.available_at AS "availableAt",
        coalesce(e.occurred_at, o.available_at) AS "occurredAt",
        coalesce((o.deliveries -> $1 ->> 'attempts')::int, 0) AS attempts,
        extract(epoch FROM now() - o.available_at)::float8 AS "ageSeconds"
      FROM (
        SELECT * FROM outbox_messages
        WHERE status = 'pending' AND kind = 'host.message' AND available_at <= now() AND id <> ALL ($3::uuid[])
          AND concat(payload ->> 'type', ' ', payload ->> 'subject') <> ALL ($4::text[])
          AND (deliveries IS NULL OR deliveries -> $1 IS NULL
            OR (deliveries -> $1 ->> 'nextAt')::timestamptz <= now())
        ORDER BY available_at, id LIMIT $2
      ) AS o LEFT JOIN webhook_events e ON e.id = o.webhook_event_id ORDER BY o.available_at, o.id`,
    [endpoint, count, underWay, things],
  )

/**
 * Records that an endpoint has acknowledged these messages. A message is done once all endpoints have. That closes the
 * dead letter of one that was retried.
 *
 * @param endpoints all that are configured now
 */
export async function acknowledge(
  pool: Pool,
  endpoint: string,
  messages: readonly Pick<PendingMessage, 'id' | 'payload'>[],
  endpoints: readonly string[],
): Promise<void> {
  await pool.query(
    `WITH acknowledged AS (
        UPDATE outbox_messages SET
          deliveries = ${withDelivery(`'acknowledgedAt', now()`)},
          status = CASE WHEN ${ALL_OTHERS} THEN 'done' ELSE status END,
          done_at = CASE WHEN ${ALL_OTHERS} THEN now() END,
          error = CASE WHEN ${ALL_OTHERS} THEN NULL ELSE error END
        WHERE id = ANY ($2::uuid[]) AND status = 'pending' RETURNING id
      ), ${CLOSED}, announced AS (${ANNOUNCED})
      UPDATE host_endpoints SET delivered_at = now() WHERE endpoint = $1`,
    [endpoint, messages.map(({ id }) => id), endpoints, keysOf(endpoint, messages)],
  )
}

/**
 * Records that these messages would tell an endpoint what it knows. A message that no endpoint was sent is skipped.
 *
 * @param endpoints all that are configured now
 * @param reason why it is not sent
 */
export async function finishUnchanged(
  pool: Pool,
  endpoint: string,
  ids: readonly string[],
  { endpoints, reason }: { endpoints: readonly string[]; reason: string },
): Promise<void> {
  await pool.query(
    `WITH acknowledged AS (
        UPDATE outbox_messages SET
          deliveries = ${withDelivery(`'acknowledgedAt', now(), 'isUnchanged', true`)},
          status = CASE WHEN NOT ${ALL_OTHERS} THEN status WHEN ${SENT_TO_OTHER} THEN 'done' ELSE 'skipped' END,
          done_at = CASE WHEN ${ALL_OTHERS} THEN now() END,
          error = CASE WHEN NOT ${ALL_OTHERS} THEN error WHEN ${SENT_TO_OTHER} THEN NULL ELSE $4 END
        WHERE id = ANY ($2::uuid[]) AND status = 'pending' RETURNING id
      ), ${CLOSED} SELECT`,
    [endpoint, ids, endpoints, reason],
  )
}

/** SQL: `deliveries` with these properties of endpoint `$1`. With one endpoint, the status says it all. */
const withDelivery = (properties: string) => `CASE WHEN cardinality($3::text[]) > 1 OR deliveries IS NOT NULL
  THEN coalesce(deliveries, '{}') || jsonb_build_object($1::text, jsonb_build_object(${properties})) END`

const CLOSED = `closed AS (
  UPDATE webhook_dead_letters SET redriven_at = now()
  WHERE outbox_message_id IN (SELECT id FROM acknowledged) AND redriven_at IS NULL)`

/** SQL: whether every endpoint in `$3` besides `$1` has acknowledged the message, or knows what it says. */
const ALL_OTHERS = `NOT EXISTS (SELECT FROM unnest($3::text[]) AS other
  WHERE other <> $1 AND deliveries -> other -> 'acknowledgedAt' IS NULL)`

/** SQL: whether another endpoint in `$3` was sent the message. */
const SENT_TO_OTHER = `EXISTS (SELECT FROM unnest($3::text[]) AS other
  WHERE other <> $1 AND deliveries -> other -> 'acknowledgedAt' IS NOT NULL AND deliveries -> other -> 'isUnchanged' IS NULL)`

/** Finishes messages that every endpoint has acknowledged that is configured now: others were taken out of the settings. */
export async function finishAcknowledged(pool: Pool, endpoints: readonly string[]): Promise<void> {
  await pool.query(
    `UPDATE outbox_messages SET status = 'done', done_at = now(), error = NULL
      WHERE status = 'pending' AND kind = 'host.message' AND deliveries ?& $1::text[]
        AND NOT EXISTS (SELECT FROM unnest($1::text[]) AS one WHERE deliveries -> one -> 'acknowledgedAt' IS NULL)`,
    [endpoints],
  )
}

/** Records that nobody will be told of it, and why. */
export async function skipMessage(pool: Pool, id: string, reason: string): Promise<void> {
  await pool.query(
    `UPDATE outbox_messages SET status = 'skipped', done_at = now(), error = $2 WHERE id = $1 AND status = 'pending'`,
    [id, reason],
  )
}

/** Sends it later, because the thing that it is about is not ready yet. */
export async function postpone(pool: Pool, id: string, endpoint: string, seconds: number): Promise<void> {
  await pool.query(
    `UPDATE outbox_messages SET deliveries = coalesce(deliveries, '{}') || jsonb_build_object($2::text,
        coalesce(deliveries -> $2, '{}') || jsonb_build_object('nextAt', now() + make_interval(secs => $3)))
      WHERE id = $1`,
    [id, endpoint, seconds],
  )
}

/**
 * Records that an endpoint did not take a message, which is sent again after a pause.
 *
 * @param error a code
 */
export async function recordRefusal(
  pool: Pool,
  id: string,
  endpoint: string,
  { error, seconds }: { error: string; seconds: number },
): Promise<void> {
  await pool.query(
    `UPDATE outbox_messages SET error = $3, attempts = attempts + 1,
        deliveries = coalesce(deliveries, '{}') || jsonb_build_object($2::text, jsonb_build_object(
          'attempts', coalesce((deliveries -> $2 ->> 'attempts')::int, 0) + 1,
          'failedAt', now(), 'nextAt', now() + make_interval(secs => $4)))
      WHERE id = $1 AND status = 'pending'`,
    [id, endpoint, error, seconds],
  )
}

/** Makes the messages due that an endpoint refused in the last seconds, during an outage that is over. */
export async function makeRefusedDue(pool: Pool, endpoint: string, seconds: number): Promise<void> {
  await pool.query(
    `UPDATE outbox_messages SET deliveries = jsonb_set(deliveries, ARRAY[$1, 'nextAt'], to_jsonb(now()))
      WHERE status = 'pending' AND kind = 'host.message' AND deliveries IS NOT NULL
        AND (deliveries -> $1 ->> 'failedAt')::timestamptz >= now() - make_interval(secs => $2)`,
    [endpoint, seconds + 1],
  )
}

const Old = z.object({ id: z.string() })

/** Messages that an endpoint has not acknowledged for so long. */
export async function oldMessages(pool: Pool, endpoint: string, seconds: number, count: number): Promise<string[]> {
  const rows = await queryRows(
    pool,
    Old,
    `SELECT id FROM outbox_messages WHERE status = 'pending' AND kind = 'host.message'
        AND available_at < now() - make_interval(secs => $2)
        AND deliveries -> $1 -> 'acknowledgedAt' IS NULL
      ORDER BY available_at, id LIMIT $3`,
    [endpoint, seconds, count],
  )
  return rows.map(({ id }) => id)
}

/**
 * Skips messages that nobody asks for any more: no URL is configured, nobody listens, and no worker has served an
 * endpoint for an hour.
 */
export async function skipUnwanted(pool: Pool, goneSeconds: number, reason: string): Promise<void> {
  await pool.query(
    `UPDATE outbox_messages SET status = 'skipped', done_at = now(), error = $2
      WHERE id IN (SELECT id FROM outbox_messages WHERE status = 'pending' AND kind = 'host.message'
        AND available_at < now() - make_interval(secs => $1) ORDER BY available_at LIMIT 1000)
      AND NOT EXISTS (SELECT FROM host_endpoints WHERE lease_until > now() - make_interval(secs => $1))`,
    [goneSeconds, reason],
  )
}
