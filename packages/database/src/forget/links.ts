import type { Fact, UserLink } from '@sluice/events'
import type { PoolClient } from 'pg'
import { z } from 'zod'
import { parseRows } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'
import { TABLES } from '../tables.ts'

/** Tables whose registers name users, with the columns that list them. */
const LINKED: Readonly<Record<string, readonly string[]>> = {
  customers: ['link_user_ids', 'own_user_ids'],
  subscriptions: ['link_user_ids', 'own_user_ids'],
  payments: ['link_user_ids'],
  payment_references: [],
  checkout_sessions: [],
}

export const LINKED_TABLES: readonly string[] = Object.keys(LINKED)

const keyOf = (table: string): string => TABLES[table]?.key[0] ?? ''

/** SQL condition of rows that still name one of the users in `users`, once the person's own rows are erased. */
const nameUsers = (users: string): string =>
  `EXISTS (SELECT FROM jsonb_path_query(registers, '$.**.userId') AS named (id)
    WHERE named.id #>> '{}' = ANY (${users}::text[]))`

/** SQL: rows of all tables that somebody else may own, and that name one of `:users`, as `webhook_events.touched` names them. */
export const LINKED_ROWS = LINKED_TABLES.map(
  (table) => `SELECT '${table}/' || ${keyOf(table)} AS row FROM ${table} WHERE ${nameUsers(':users')}`,
).join(' UNION ALL ')

const Row = z.object({ key: z.string(), registers: z.record(z.string(), z.unknown()) })

/**
 * Takes users out of at most `limit` rows of a table that belong to somebody else. A row of whose users one was forgotten
 * belongs to another one already, so nobody wins or loses it. Must run inside a READ COMMITTED transaction.
 *
 * @returns the number of rows
 */
export async function eraseLinks(client: PoolClient, table: string, users: string[], limit: number): Promise<number> {
  const columns = LINKED[table]
  if (!columns || users.length === 0) return 0
  const key = keyOf(table)
  const { rows } = await client.query(
    `SELECT ${key} AS key, registers FROM ${table} WHERE ${nameUsers('$1')} ORDER BY 1 LIMIT ${limit} FOR NO KEY UPDATE`,
    [users],
  )
  const named = parseRows(Row, rows)
  if (named.length === 0) return 0
  const left = (column: string) =>
    `ARRAY(SELECT id FROM unnest(old.${column}) WITH ORDINALITY AS link (id, position) WHERE id <> ALL ($2::text[]) ORDER BY position)`
  const assigned = ['registers = new.registers', ...columns.map((column) => `${column} = ${left(column)}`)]
  if (table === 'customers') assigned.push(`link_user_id = (${left('link_user_ids')})[1]`)
  await client.query(
    `UPDATE ${table} AS old SET ${assigned.join(', ')}
      FROM jsonb_to_recordset($1::jsonb) AS new (key text, registers jsonb)
      WHERE old.${key} = new.key AND cardinality($2::text[]) > 0`,
    [toJsonb(named.map((row) => ({ ...row, registers: withoutUsers(row.registers, new Set(users)) }))), users],
  )
  return named.length
}

const isOf = (value: unknown, users: ReadonlySet<string>): boolean =>
  typeof value === 'object' && value !== null && 'userId' in value && users.has(String(value.userId))

/** Registers without the links to these users, wherever they occur. */
export function withoutUsers(value: unknown, users: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.filter((one) => !isOf(one, users)).map((one) => withoutUsers(one, users))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (isOf(inner, users) ? [] : [[name, withoutUsers(inner, users)]])),
  )
}

/** The fact without the links that are forgotten. */
export function withoutLinks<F extends Fact>(fact: F, isForgotten: (userId: string) => boolean): F {
  const unlinked = <T extends { links?: UserLink[] }>(one: T): T =>
    one.links ? { ...one, links: one.links.filter(({ userId }) => userId === null || !isForgotten(userId)) } : one
  if (fact.kind !== 'paymentReference') return unlinked(fact as F & { links?: UserLink[] })
  const { session, received } = fact
  return { ...fact, ...(session && { session: unlinked(session) }), ...(received && { received: unlinked(received) }) }
}
