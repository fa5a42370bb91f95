import type { PoolClient } from 'pg'
import { z } from 'zod'
import { MERGES } from '../merges/index.ts'
import { cleanOf, withoutPerson } from '../merges/without-person.ts'
import { CLEANED, DERIVED, PERSONAL, type PersonalTable } from '../personal.ts'
import { parseRows } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'
import { TABLES } from '../tables.ts'
import { bind } from './person.ts'

type Lists = Record<string, string[]>

/**
 * Erases what a table holds of a person, at most `limit` rows. The table's line in `PERSONAL` says which rows, which
 * columns, and what stays. Must run inside a READ COMMITTED transaction.
 *
 * @returns the number of rows
 */
export async function eraseRows(client: PoolClient, table: string, lists: Lists, limit: number): Promise<number> {
  const line = PERSONAL[table]
  if (!line?.foundBy) return 0
  const deleted = line.deletedIf ? await deleteRows(client, table, line, lists, limit) : 0
  if (!line.isOpen) return deleted
  const merge = MERGES.find((one) => one.table === table)
  return deleted + (await (merge ? eraseMerged : eraseColumns)(client, table, line, lists, limit))
}

async function deleteRows(client: PoolClient, table: string, line: PersonalTable, lists: Lists, limit: number) {
  const found = `SELECT ctid FROM ${table} WHERE (${line.foundBy}) AND (${line.deletedIf}) LIMIT ${limit}`
  const { rowCount } = await client.query(bind(`DELETE FROM ${table} WHERE ctid = ANY (ARRAY(${found}))`, lists))
  return rowCount ?? 0
}

/** The rows are locked by a statement of their own, so that the next one sees what a concurrent commit wrote. */
async function eraseColumns(client: PoolClient, table: string, line: PersonalTable, lists: Lists, limit: number) {
  const assigned = Object.entries(line.erased ?? {}).map(([column, value]) => `${column} = ${value}`)
  const found = `SELECT ctid FROM ${table} WHERE (${line.foundBy}) AND (${line.isOpen}) LIMIT ${limit} FOR NO KEY UPDATE`
  const { rows } = await client.query(bind(found, lists))
  if (rows.length === 0) return 0
  await client.query(`UPDATE ${table} SET ${assigned.join(', ')} WHERE ctid = ANY ($1::tid[])`, [
    rows.map(({ ctid }) => ctid),
  ])
  return rows.length
}

const Row = z.record(z.string(), z.unknown())

/** A generation job has no prediction before the host has started one. */
const KEYS: Record<string, string> = { generation_jobs: 'id' }

/**
 * Marks the registers of rows as forgotten and takes the person out of them, as a merge does with a later event. Columns
 * belong to the origin that owns the row, which is the person's.
 */
async function eraseMerged(client: PoolClient, table: string, line: PersonalTable, lists: Lists, limit: number) {
  const key = KEYS[table] ?? TABLES[table]?.key[0] ?? ''
  const cleaned = Object.keys(line.erased ?? {}).filter((column) => line.erased?.[column] === CLEANED)
  const found = bind(
    `SELECT ${[key, ...cleaned].join(', ')} FROM ${table} WHERE (${line.foundBy}) AND (${line.isOpen})
      ORDER BY ${key} LIMIT ${limit} FOR NO KEY UPDATE`,
    lists,
  )
  const rows = parseRows(Row, (await client.query(found)).rows)
  if (rows.length === 0) return 0
  const written = rows.map((row) => ({
    [key]: row[key],
    ...Object.fromEntries(cleaned.map((column) => [column, cleanedOf(table, column, row[column])])),
  }))
  const assigned = Object.entries(line.erased ?? {}).flatMap(([column, value]) => {
    if (value === DERIVED) return []
    return [`${column} = ${value === CLEANED ? `new.${column}` : value}`]
  })
  const typed = [`${key} text`, ...cleaned.map((column) => `${column} jsonb`)]
  await client.query(
    `UPDATE ${table} AS old SET ${assigned.join(', ')}
      FROM jsonb_to_recordset($1::jsonb) AS new (${typed.join(', ')}) WHERE old.${key} = new.${key}`,
    [toJsonb(written)],
  )
  return rows.length
}

const Contested = z.object({ id: z.string(), registers: z.looseObject({ others: z.record(z.string(), Row) }) })

/**
 * Erases what other accounts have told of the person's customers, in rows that belong to another account's customer of
 * the same id. Must run inside a READ COMMITTED transaction.
 *
 * @returns the number of rows
 */
export async function eraseOtherCustomers(client: PoolClient, lists: Lists, limit: number): Promise<number> {
  const { rows } = await client.query(
    bind(
      `SELECT stripe_customer_id AS id, registers FROM customers WHERE registers ? 'others' AND EXISTS (
          SELECT FROM jsonb_each(registers -> 'others') AS other WHERE NOT other.value ? 'forgotten'
          AND (stripe_customer_id, coalesce(other.value ->> 'account', ''))
            IN (SELECT * FROM unnest(:customers::text[], :customerAccounts::text[])))
        ORDER BY 1 LIMIT ${limit} FOR NO KEY UPDATE`,
      lists,
    ),
  )
  const found = parseRows(Contested, rows)
  const theirs = new Set(lists['customers']?.map((id, index) => `${id} ${lists['customerAccounts']?.[index]}`))
  const written = found.map(({ id, registers }) => {
    const others = Object.entries(registers.others).map(([name, one]) => [
      name,
      theirs.has(`${id} ${one['account'] ?? ''}`) ? { ...one, forgotten: true } : one,
    ])
    return { id, registers: withoutPerson('customers', { ...registers, others: Object.fromEntries(others) }) }
  })
  if (written.length > 0)
    await client.query(
      `UPDATE customers AS old SET registers = new.registers
        FROM jsonb_to_recordset($1::jsonb) AS new (id text, registers jsonb) WHERE old.stripe_customer_id = new.id`,
      [toJsonb(written)],
    )
  return written.length
}

function cleanedOf(table: string, column: string, value: unknown): unknown {
  if (column !== 'registers') return cleanOf(table, value)
  return withoutPerson(table, marked(value as Registers))
}

interface Registers {
  account?: string | null
  others?: Record<string, Registers>
}

/** Also what the other mode of the same account has told of the id. */
function marked({ others, ...own }: Registers): Registers & { forgotten: true } {
  if (!others) return { ...own, forgotten: true }
  const isOurs = ({ account }: Registers) => (account ?? null) === (own.account ?? null)
  const each = Object.entries(others).map(([name, one]) => [name, isOurs(one) ? { ...one, forgotten: true } : one])
  return { ...own, forgotten: true, others: Object.fromEntries(each) }
}
