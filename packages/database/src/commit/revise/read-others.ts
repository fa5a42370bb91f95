import type { PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../../sql/rows.ts'
import { Recorded } from '../claim.ts'
import { decideAll } from '../decide.ts'
import type { CommitRules } from '../rules.ts'
import { addFacts, type Sayings } from './sayings.ts'

/** Bodies that are in memory at a time, in bytes. */
const PAGE_BYTES = 4 * 1_048_576

export const Found = z.object({ id: z.string(), bytes: z.number() })

const Other = Recorded.extend({ touched: z.array(z.string()) })

/** Rows that some events cannot be withdrawn from, with the ids of these events at their provider. */
export type Kept = Map<string, Set<string>>

export const keep = (kept: Kept, row: string, eventId?: string): void => {
  const events = kept.get(row) ?? new Set()
  if (eventId !== undefined) events.add(eventId)
  kept.set(row, events)
}

/**
 * Adds what all other recorded events say of these rows, whose locks are held: later events wait for them. A row is kept
 * if one of its events is gone, or cannot be read any more.
 *
 * @param except ids of events that are read already
 */
export async function readOthers(
  client: PoolClient,
  rows: ReadonlySet<string>,
  except: ReadonlySet<string>,
  rules: CommitRules,
  { sayings, kept }: { sayings: Sayings; kept: Kept },
): Promise<void> {
  if (rows.size === 0) return
  for (const { row } of await queryRows(
    client,
    z.object({ row: z.string() }),
    'SELECT row_key AS row FROM frozen_rows WHERE row_key = ANY ($1)',
    [[...rows]],
  ))
    keep(kept, row)
  const found = await queryRows(
    client,
    Found,
    `SELECT id, coalesce(octet_length(raw_body), 0) AS bytes FROM webhook_events
      WHERE touched IS NOT NULL AND touched && $1 ORDER BY id`,
    [[...rows]],
  )
  for (const ids of pagesOf(found.filter(({ id }) => !except.has(id)))) {
    const page = await queryRows(
      client,
      Other,
      `SELECT id, provider, event_id, type, account, livemode, api_version, occurred_at, received_at, status, silent,
          raw_body, touched
        FROM webhook_events WHERE id = ANY ($1) ORDER BY id`,
      [ids],
    )
    const { decided, failed } = await decideAll(page, rules)
    for (const { row, facts, decision } of decided) {
      addFacts(sayings, row.id, facts, rows)
      if (decision.outcome === 'processed') for (const { key } of decision.effects) sayings.effectKeys.add(key)
    }
    for (const { id, event_id, touched } of page)
      if (failed.has(id)) for (const row of touched) if (rows.has(row)) keep(kept, row, event_id)
  }
}

/** Ids of events whose bodies are in memory together. */
export function pagesOf(found: z.infer<typeof Found>[]): string[][] {
  const pages: string[][] = []
  let bytesLeft = 0
  for (const { id, bytes } of found) {
    if (bytesLeft <= 0) {
      pages.push([])
      bytesLeft = PAGE_BYTES
    }
    pages.at(-1)?.push(id)
    bytesLeft -= bytes + 1_024
  }
  return pages
}
