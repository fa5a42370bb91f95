import { type Fact, SluiceError } from '@sluice/events'
import type { PoolClient } from 'pg'
import { Key, recordWritten } from '../sql/journal.ts'
import { lockRows } from '../sql/locked-rows.ts'
import { noteRowChanges } from '../sql/row-changes.ts'
import { parseRows, registers } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'
import { isSameJson } from './same-json.ts'
import { watchedChanges } from './watched-changes.ts'
import { withoutPerson } from './without-person.ts'
import { type Parts, type Replaced, writeParts } from './write-parts.ts'

/** A fact, and the row of the inbox that it came from. */
export type Traced<F> = F & { webhookEventId: string }

/**
 * The settings that merges depend on. They affect columns, never registers. `deriveAccess` brings a changed setting to
 * rows that do not change.
 */
export interface MergeRules {
  /** Whether `past_due` still gives access. */
  pastDueIsActive: boolean
  /** Prices, products and lookup keys whose subscriptions give PREMIUM. Default: every price above zero. */
  premiumPrices?: ReadonlySet<string> | undefined
  /** Connected accounts whose objects may be linked to users, and give them roles and entitlements. Default: none. */
  accounts?: ReadonlySet<string> | undefined
  /** Whether objects of test mode may not. */
  liveOnly?: boolean
  /** Whether Stripe is asked for subscriptions of which no snapshot is known. Default: it is not. */
  asksStripe?: boolean
  /** Whether changes become messages to the host application. Default: no message is written. */
  notifiesHost?: boolean
}

/**
 * Defines how facts become rows of a table, and the properties of that table.
 *
 * `join` must be commutative, associative and idempotent: it folds the facts of a batch, and it joins them to the
 * stored row, so that neither order nor repetition can change the result.
 */
export interface Merge<F extends Fact, Registers extends object, Input = F> {
  table: string
  /** The column that identifies a row. */
  key: string
  /** SQL types of the columns that are not text. */
  types: Record<string, string>
  /**
   * Columns that a preview may show: their values identify no person and grant no access. Other columns are never
   * shown.
   */
  shown?: string
  /**
   * Columns that differ between two runs over the same events: generated ids, write times, and columns that effects
   * write.
   */
  volatile?: string
  /** Set if the host inserts the rows: the worker never inserts one, and may read and update only these columns. */
  hostRows?: { reads: string; updates: string; hostWrites: string }
  /** Columns that the host application may read. Default: none. */
  hostReads?: string

  /** Combines facts with data from the database. Default: the facts unchanged. */
  inputsOf?(client: PoolClient, facts: Traced<F>[]): Promise<Input[]>
  keyOf(input: Input): string
  /** For facts that become many rows: the key under which their event is found again. Default: `keyOf`. */
  ownerOf?(fact: F): string
  registersOf(input: Input): Registers
  join(a: Registers, b: Registers): Registers
  /** The values of the columns, by name. */
  columnsOf(registers: Registers, rules: MergeRules): Record<string, unknown>
  /** Columns whose earlier values are kept, the state of the row first. Default: none. */
  watched?: readonly string[]
  /** Rows of another table that belong to this row. Default: none. */
  parts?: Parts<Registers>
  /** Columns that are written only when the row is inserted. */
  once?(input: Input): Record<string, unknown>
  /** The customer whose user's entitlements the fact may change. Default: none. */
  customerOf?(fact: F): string | null
}

export type AnyMerge<F extends Fact = Fact> = Merge<F, object, unknown>

export type Table = Pick<AnyMerge, 'table' | 'key' | 'types'>

export interface Merged {
  /** Keys of the rows that were inserted. */
  inserted: ReadonlySet<string>
  /** Keys of the rows that were inserted or have new registers. */
  changed: ReadonlySet<string>
  /** The registers of these rows, by key. */
  registers: ReadonlyMap<string, object>
  /** The registers that changed rows had before, by key. */
  before: ReadonlyMap<string, object>
  /** Keys without a row: the host has not inserted it yet. */
  missing: ReadonlySet<string>
  /** The events that decided what was recorded as changed, by key. Absent if nothing is watched. */
  changedBy?: ReadonlyMap<string, string | null>
}

const NOTHING: Merged = {
  inserted: new Set(),
  changed: new Set(),
  registers: new Map(),
  before: new Map(),
  missing: new Set(),
}

/** A concurrent transaction inserted the same row. A retry of the batch finds that row. */
export class MergeConflictError extends SluiceError {
  override readonly name = 'MergeConflictError'

  constructor(message: string) {
    super('40001', message)
  }
}

export async function mergeRows<F extends Fact, R extends object, Input>(
  client: PoolClient,
  merge: Merge<F, R, Input>,
  facts: Traced<F>[],
  rules: MergeRules,
): Promise<Merged> {
  if (facts.length === 0) return NOTHING
  const inputs = merge.inputsOf ? await merge.inputsOf(client, facts) : (facts as unknown[] as Input[])
  if (inputs.length === 0) return NOTHING

  const folded = fold(merge, inputs)
  const stored = await lockStored<R>(client, merge, [...folded.keys()])
  const [inserted, missing] = [new Set<string>(), new Set<string>()]
  const [changed, previous] = [new Map<string, R>(), new Map<string, R>()]
  const inserts: Record<string, unknown>[] = []
  const updates: Record<string, unknown>[] = []
  const replaced: Replaced<R>[] = []
  const changedBy = new Map<string, string | null>()

  for (const [key, { registers, once, inputs }] of folded) {
    const before = stored.get(key)
    if (before === undefined && merge.hostRows) {
      missing.add(key)
      continue
    }
    const after = withoutPerson(merge.table, before === undefined ? registers : merge.join(before, registers))
    if (before !== undefined && isSameJson(before, after)) continue
    changed.set(key, after)
    if (before !== undefined) previous.set(key, before)
    if (merge.parts) replaced.push({ key, before, after })
    const row = rowWith(merge, { key, registers: after, rules })
    if (merge.watched) {
      const changes = watchedChanges(merge as Merge<Fact, R, unknown>, { key, before, row, inputs, rules })
      noteRowChanges(client, changes)
      for (const { eventId } of changes) changedBy.set(key, eventId)
    }
    if (before === undefined) {
      inserted.add(key)
      inserts.push(Object.assign(row, once))
    } else updates.push(row)
  }

  await insertRows(client, merge, inserts)
  await updateRows(client, merge, updates)
  if (merge.parts) await writeParts(client, merge.parts, replaced)
  recordWritten(client, merge.table, changed.keys())
  return { inserted, changed: new Set(changed.keys()), registers: changed, before: previous, missing, changedBy }
}

/** Inputs about one row, joined. */
export interface Folded<R extends object = object, Input = unknown> {
  registers: R
  inputs: Input[]
  /** Columns that are written only when the row is inserted. */
  once: Record<string, unknown>
}

type Fold<R extends object, Input> = Pick<Merge<Fact, R, Input>, 'keyOf' | 'registersOf' | 'join' | 'once'>

/** Folds inputs by the keys of their rows. Sorted, because all transactions lock rows in one order. */
export function fold<R extends object, Input>(merge: Fold<R, Input>, inputs: Input[]): Map<string, Folded<R>> {
  const folded = new Map<string, Folded<R>>()
  for (const input of inputs) foldInto(folded, merge.keyOf(input), merge, input)
  return new Map([...folded].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Adds an input to those of a row. */
export function foldInto<R extends object, Input>(
  folded: Map<string, Folded<R>>,
  row: string,
  merge: Omit<Fold<R, Input>, 'keyOf'>,
  input: Input,
): void {
  const registers = merge.registersOf(input)
  const earlier = folded.get(row)
  if (earlier) {
    earlier.registers = merge.join(earlier.registers, registers)
    earlier.inputs.push(input)
  } else folded.set(row, { registers, inputs: [input], once: merge.once?.(input) ?? {} })
}

/** All columns of a row. */
export const rowWith = <R extends object>(
  merge: Pick<Merge<Fact, R, unknown>, 'key' | 'columnsOf'>,
  { key, registers, rules }: { key: string; registers: R; rules: MergeRules },
): Record<string, unknown> => Object.assign(merge.columnsOf(registers, rules), { [merge.key]: key, registers })

/** Locks these rows and returns their registers. */
export async function lockStored<R extends object>(client: PoolClient, { table, key }: Table, keys: string[]) {
  const rows = await lockRows(client, { table, column: key, keys }, ['registers'])
  const locked = parseRows(Key.extend({ registers: registers<R>() }), rows)
  return new Map(locked.map((row) => [row.key, row.registers]))
}

/** @throws {MergeConflictError} if another transaction has inserted one of them */
export async function insertRows(client: PoolClient, merge: Table, rows: Record<string, unknown>[]): Promise<void> {
  if (rows.length === 0) return
  const columns = columnsOf(rows)
  const { rowCount } = await client.query({
    name: `insert_${merge.table}`,
    text: `INSERT INTO ${merge.table} (${columns.join(', ')})
      SELECT ${columns.join(', ')} FROM ${recordset(merge, columns)} ON CONFLICT (${merge.key}) DO NOTHING`,
    values: [toJsonb(rows)],
  })
  if (rowCount !== rows.length) throw new MergeConflictError(`another transaction inserted a row of ${merge.table}`)
}

/** Writes columns of rows that are locked. All rows must have the same columns. */
export async function updateRows(client: PoolClient, merge: Table, rows: Record<string, unknown>[]): Promise<void> {
  if (rows.length === 0) return
  const columns = columnsOf(rows)
  const assignments = columns.filter((column) => column !== merge.key).map((column) => `${column} = new.${column}`)
  await client.query({
    name: `update_${merge.table}`,
    text: `UPDATE ${merge.table} AS old SET ${assignments.join(', ')}
      FROM ${recordset(merge, columns)} WHERE old.${merge.key} = new.${merge.key}`,
    values: [toJsonb(rows)],
  })
}

/**
 * Sorted, because jsonb reorders the registers that columns come from, and a prepared statement needs the same text
 * every time.
 */
const columnsOf = ([row = {}]: Record<string, unknown>[]): string[] => Object.keys(row).sort()

function recordset({ types }: Table, columns: string[]): string {
  const typed = columns.map((column) => `${column} ${column === 'registers' ? 'jsonb' : (types[column] ?? 'text')}`)
  return `jsonb_to_recordset($1::jsonb) AS new (${typed.join(', ')})`
}
