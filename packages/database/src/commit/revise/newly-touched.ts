import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../../sql/rows.ts'
import { Recorded } from '../claim.ts'
import { decideAll } from '../decide.ts'
import type { CommitRules } from '../rules.ts'
import { joinTouched, SPLIT_TOUCHED, touchedBy } from '../touched.ts'
import { Found, pagesOf } from './read-others.ts'

const Traced = Recorded.extend({ touched: z.array(z.string()) })

/** Rows by the id of an event, as `table/key`. */
export type TouchedRows = ReadonlyMap<string, string[]>

/**
 * The rows that these events touch by their present handlers, and did not touch before. Added before any row is made
 * again, they let each row be right the first time: the batch that makes it finds all events that speak of it, also those
 * of later batches.
 */
export async function findNewlyTouched(
  client: Pool | PoolClient,
  ids: string[],
  rules: Pick<CommitRules, 'decide'>,
): Promise<TouchedRows> {
  const found = new Map<string, string[]>()
  const sizes = await queryRows(
    client,
    Found,
    'SELECT id, coalesce(octet_length(raw_body), 0) AS bytes FROM webhook_events WHERE id = ANY ($1) ORDER BY id',
    [ids],
  )
  for (const page of pagesOf(sizes)) {
    const rows = await queryRows(
      client,
      Traced,
      `SELECT id, provider, event_id, type, account, livemode, api_version, occurred_at, received_at, status, silent,
          raw_body, coalesce(touched, '{}') AS touched
        FROM webhook_events
        WHERE id = ANY ($1) AND raw_body IS NOT NULL AND (touched IS NOT NULL OR status <> 'processed')`,
      [page],
    )
    const { decided } = await decideAll(rows, rules as CommitRules)
    const before = new Map(rows.map(({ id, touched }) => [id, touched]))
    for (const { row, facts } of decided) {
      const touched = new Set(before.get(row.id))
      const missing = touchedBy(facts).filter((name) => !touched.has(name))
      if (missing.length > 0) found.set(row.id, missing)
    }
  }
  return found
}

/** To withdraw what these events said before, a replay needs the rows that they touched before as well. */
export async function addTouched(client: Pool | PoolClient, rows: TouchedRows): Promise<void> {
  if (rows.size === 0) return
  await client.query(
    `UPDATE webhook_events e SET touched = ARRAY(
        SELECT unnest(e.touched) UNION SELECT unnest(${SPLIT_TOUCHED}) ORDER BY 1)
      FROM unnest($1::bigint[], $2::text[]) AS new (id, touched) WHERE e.id = new.id`,
    [[...rows.keys()], [...rows.values()].map(joinTouched)],
  )
}
