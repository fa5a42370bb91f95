import type { ReceivedEvent } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { HAS_CREDITS } from '../credits/in-use.ts'
import { NEWEST_FORGOTTEN } from '../forget/insert-keys.ts'
import { parseRows } from '../sql/rows.ts'
import { HAS_FEATURES } from './derive-features.ts'
import type { Limits } from './limits.ts'

/** The inbox columns that a commit reads. */
export const Recorded = z.object({
  id: z.string(),
  provider: z.string(),
  event_id: z.string(),
  type: z.string(),
  account: z.string().nullable(),
  livemode: z.boolean().nullable(),
  api_version: z.string().nullable(),
  occurred_at: z.date().nullable(),
  received_at: z.date(),
  status: z.string(),
  silent: z.boolean(),
  raw_body: z.instanceof(Buffer).nullable(),
})

export type Recorded = z.infer<typeof Recorded>

const Claimed = Recorded.extend({
  claim: z.enum(['claimed', 'settled', 'busy', 'large', 'full', 'revision']),
  /** The greatest id of `forgotten_keys`; null while nobody was forgotten. The same in every row. */
  newest_forgotten: z.string().nullable(),
  /** Whether any product names features. The same in every row. */
  has_features: z.boolean(),
  /** Whether anything names or holds credits. The same in every row. */
  has_credits: z.boolean(),
})

/** A row of the inbox with the result of its claim. */
export type Claimed = z.infer<typeof Claimed>

/** `silent` is not a column of the function, because workers of an older version call it too. */
const ALL = `SELECT c.*, (SELECT e.silent FROM webhook_events e WHERE e.id = c.id) AS silent,
    ${NEWEST_FORGOTTEN} AS newest_forgotten, ${HAS_FEATURES} AS has_features, ${HAS_CREDITS} AS has_credits
  FROM process_webhook_event($1) AS c`

/** Postgres knows the size of a body without reading it, so that a body beyond the limits is never loaded. */
const WITHIN_LIMITS = `WITH sized AS MATERIALIZED (
    SELECT id, silent, is_revision, bytes, sum(bytes) FILTER (WHERE bytes <= $2) OVER (ORDER BY id) AS bytes_so_far
    FROM (SELECT id, silent, revision IS NOT NULL AS is_revision, coalesce(octet_length(raw_body), 0) AS bytes
      FROM webhook_events WHERE id = ANY ($1)) AS e
  ), fitting AS MATERIALIZED (SELECT id FROM sized WHERE bytes <= $2 AND bytes_so_far <= $3 AND NOT is_revision)
  SELECT c.*, c.id = ANY (ARRAY(SELECT id FROM sized WHERE silent)) AS silent,
    ${NEWEST_FORGOTTEN} AS newest_forgotten, ${HAS_FEATURES} AS has_features, ${HAS_CREDITS} AS has_credits
  FROM process_webhook_event(ARRAY(SELECT id FROM fitting)) AS c
  UNION ALL
  SELECT e.id,
    CASE WHEN e.status IN ('processed', 'ignored') THEN 'settled' WHEN sized.is_revision THEN 'revision'
      WHEN sized.bytes > $2 THEN 'large' ELSE 'full' END,
    e.provider, e.event_id, e.type, e.account, e.livemode, e.api_version, e.occurred_at, e.received_at, e.status, NULL,
    e.silent, NULL, false, false
  FROM sized JOIN webhook_events e USING (id) WHERE NOT EXISTS (SELECT FROM fitting WHERE fitting.id = e.id)`

/** Bytes of the largest value that Postgres has. */
const ANY_SIZE = 2 ** 31 - 1

/**
 * Claims these events until the transaction ends. Events that are finished, locked by another transaction, beyond the
 * limits, or to be revised are returned but not claimed.
 */
export async function claim(client: PoolClient, ids: string[], limits?: Limits): Promise<Claimed[]> {
  const { body, bodies } = limits ?? { body: ANY_SIZE, bodies: Number.MAX_SAFE_INTEGER }
  const { rows } = await client.query({ name: 'claim', text: WITHIN_LIMITS, values: [ids, body, bodies] })
  return parseRows(Claimed, rows)
}

/** Claims events that are to be revised. */
export async function claimRevisions(client: PoolClient, ids: string[]): Promise<Claimed[]> {
  const { rows } = await client.query({ name: 'claim_revisions', text: ALL, values: [ids] })
  return parseRows(Claimed, rows)
}

export const toEvent = (row: Recorded, payload: unknown): ReceivedEvent => ({
  provider: row.provider,
  eventId: row.event_id,
  type: row.type,
  account: row.account,
  livemode: row.livemode,
  apiVersion: row.api_version,
  occurredAt: row.occurred_at,
  payload,
})
