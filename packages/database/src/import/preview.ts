import type { VerifiedEvent } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import type { Recorded } from '../commit/claim.ts'
import { applyEvents } from '../commit/commit-events.ts'
import type { CommitRules } from '../commit/rules.ts'
import { causeOf } from '../dead-letters/cause.ts'
import { kindOf } from '../sql/error-kind.ts'
import { queryRows } from '../sql/rows.ts'
import { TABLES } from '../tables.ts'

export type ImportPreviewRules = Omit<CommitRules, 'jobWaitSeconds' | 'isThin' | 'eraseBodies'>

export interface Unreadable {
  eventId: string
  cause: string
}

export interface RoleChange {
  userId: string
  before: string
  after: string
}

export interface ImportPreview {
  /** Applies events, and returns those that a worker could not process. */
  apply(events: readonly VerifiedEvent[]): Promise<Unreadable[]>
  /** The users whose role the events change. */
  roleChanges(): AsyncIterable<RoleChange[]>
  /** Customers without a user that have paid, or have an active subscription. */
  payersWithoutUser(): AsyncIterable<string[]>
}

/** The tables whose rows decide the roles of users. */
const COPIED = ['users', 'customers', 'subscriptions']

const Name = z.object({ name: z.string() })

/**
 * Applies events as a worker would, to copies of the tables that only this session has and that end with it. Reads what
 * is recorded and writes nothing: the transactions are read-only, which excepts temporary tables. Workers do not wait
 * for it.
 */
export async function withImportPreview<T>(
  pool: Pool,
  rules: ImportPreviewRules,
  use: (preview: ImportPreview) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  try {
    const original = await copyTables(client)
    return await use({
      apply: (events) => applyAll(client, events, rules),
      roleChanges: () => pages(client, RoleChange, roleChangesOf(original)),
      payersWithoutUser: () => mapped(pages(client, Payer, PAYERS), ({ id }) => id),
    })
  } finally {
    client.release(true) // closes the session, and with it the temporary tables
  }
}

/** @returns the name of a table that was copied, by which it is still found */
async function copyTables(client: PoolClient): Promise<(table: string) => string> {
  const [schema] = await queryRows(client, Name, 'SELECT quote_ident(current_schema()) AS name')
  const original = (table: string) => `${schema?.name}.${table}`
  await client.query('SET enable_seqscan = off; SET statement_timeout = 0') // a copy may take minutes
  for (const table of Object.keys(TABLES)) {
    await client.query(`CREATE TEMP TABLE ${table} (LIKE ${original(table)} INCLUDING ALL)`)
    if (COPIED.includes(table)) await client.query(`INSERT INTO ${table} SELECT * FROM ${original(table)}`)
  }
  return original
}

async function applyAll(
  client: PoolClient,
  events: readonly VerifiedEvent[],
  rules: ImportPreviewRules,
): Promise<Unreadable[]> {
  try {
    return await inReadOnlyTransaction(client, async () => {
      const rows = events.map(recordedAs)
      const applied = await applyEvents(client, rows, { ...rules, jobWaitSeconds: 0 })
      return rows.flatMap(({ id, event_id: eventId }) => {
        const outcome = applied.get(id)
        return outcome?.outcome === 'failed' ? [{ eventId, cause: `${outcome.code}: ${outcome.message}` }] : []
      })
    })
  } catch (error) {
    const [event, ...others] = events
    if (!event || kindOf(error) === 'outage') throw error
    const { code, message } = causeOf(error, 'commit_threw')
    if (others.length === 0) return [{ eventId: event.eventId, cause: `${code}: ${message}` }]
    const each: Unreadable[] = []
    for (const one of events) each.push(...(await applyAll(client, [one], rules)))
    return each
  }
}

async function inReadOnlyTransaction<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY')
  try {
    const result = await work()
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

const recordedAs = (event: VerifiedEvent, index: number): Recorded => ({
  id: String(index + 1),
  provider: event.provider,
  event_id: event.eventId,
  type: event.type,
  account: event.account,
  livemode: event.livemode,
  api_version: event.apiVersion,
  occurred_at: event.occurredAt,
  received_at: new Date(),
  status: 'received',
  silent: true,
  raw_body: event.rawBody,
})

const PAGE = 1_000

const RoleChange = z.object({ id: z.string(), userId: z.string(), before: z.string(), after: z.string() })

const roleChangesOf = (original: (table: string) => string): string =>
  `SELECT now.id, now.id AS "userId", former.role::text AS before, now.role::text AS after
    FROM users now JOIN ${original('users')} former USING (id)
    WHERE former.role <> now.role AND now.id > $1 ORDER BY now.id LIMIT ${PAGE}`

const Payer = z.object({ id: z.string() })

const PAYERS = `SELECT DISTINCT payer.id FROM (
    SELECT stripe_customer_id AS id, user_id FROM subscriptions WHERE is_active AND gives_premium
    UNION ALL SELECT stripe_customer_id, user_id FROM payments WHERE status = 'succeeded' AND amount > 0
    UNION ALL SELECT registers #>> '{received,contents,customerId}', NULL FROM payment_references WHERE unclaimed
  ) AS payer
  LEFT JOIN customers c ON c.stripe_customer_id = payer.id
  WHERE payer.id > $1 AND coalesce(payer.user_id, c.user_id) IS NULL ORDER BY payer.id LIMIT ${PAGE}`

/** Pages of rows, by their id. */
async function* pages<T extends z.ZodType<{ id: string }>>(client: PoolClient, row: T, text: string) {
  for (let after = ''; ; ) {
    const rows = await queryRows(client, row, text, [after])
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.id
  }
}

async function* mapped<A, B>(source: AsyncIterable<A[]>, map: (one: A) => B): AsyncGenerator<B[]> {
  for await (const page of source) yield page.map(map)
}
