import type { PoolClient } from 'pg'
import type { AnyMerge, Merged, MergeRules } from '../../merges/index.ts'
import { insertRows, rowWith, type Table, updateRows } from '../../merges/merge-rows.ts'
import { isSameJson } from '../../merges/same-json.ts'
import { changedColumns } from '../../merges/watched-changes.ts'
import { withoutPerson } from '../../merges/without-person.ts'
import { type Replaced, writeParts } from '../../merges/write-parts.ts'
import { recordWritten } from '../../sql/journal.ts'
import { noteRowChanges } from '../../sql/row-changes.ts'

/** A row as it is, and as events say it should be. */
export interface Revised {
  key: string
  /** Undefined if there is none. */
  before: object | undefined
  /** Undefined if no event speaks of it any more. */
  after: object | undefined
  /** Columns that are written only when the row is inserted. */
  once: Record<string, unknown>
  /** The replayed event that its changes are recorded with. */
  eventId: string
}

/** The result for one table: `registers` has the present ones of all rows, changed or not. */
export interface Rewritten extends Merged {
  gone: ReadonlySet<string>
}

/**
 * Makes the rows of one table what they should be. A row of the host never goes: its columns of ours become what they
 * were when the host inserted it.
 */
export async function rewriteRows(
  client: PoolClient,
  merge: AnyMerge,
  rows: Revised[],
  rules: MergeRules,
): Promise<Rewritten> {
  const inserts: Record<string, unknown>[] = []
  const updates: Record<string, unknown>[] = []
  const replaced: Replaced<object>[] = []
  const [inserted, changed, gone, missing] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ]
  const [registers, previous] = [new Map<string, object>(), new Map<string, object>()]
  for (const { key, before, after: said = merge.hostRows ? {} : undefined, once, eventId } of rows) {
    const after = said && withoutPerson(merge.table, said)
    const note = (row: Record<string, unknown> | undefined) => {
      const changes = changedColumns(merge, key, before && merge.columnsOf(before, rules), row)
      noteRowChanges(
        client,
        changes.map((change) => ({ ...change, eventId, cause: 'replay' })),
      )
    }
    if (after && !(merge.hostRows && before === undefined)) registers.set(key, after)
    if (before === undefined && merge.hostRows) missing.add(key)
    else if (after === undefined) {
      if (before === undefined) continue
      gone.add(key)
      note(undefined)
      replaced.push({ key, before, after })
    } else {
      replaced.push({ key, before, after })
      if (before !== undefined && isSameJson(before, after)) continue
      changed.add(key)
      if (before !== undefined) previous.set(key, before)
      const row = rowWith(merge, { key, registers: after, rules })
      note(row)
      if (before === undefined) {
        inserted.add(key)
        inserts.push(Object.assign(row, once))
      } else updates.push(row)
    }
  }
  await insertRows(client, merge, inserts)
  await updateRows(client, merge, updates)
  if (merge.parts && changed.size + gone.size > 0) await writeParts(client, merge.parts, replaced, true)
  await deleteRows(client, merge, [...gone])
  recordWritten(client, merge.table, [...changed, ...gone])
  return { inserted, changed, registers, before: previous, missing, gone }
}

async function deleteRows(client: PoolClient, { table, key }: Table, keys: string[]): Promise<void> {
  if (keys.length === 0) return
  await client.query({ name: `delete_${table}`, text: `DELETE FROM ${table} WHERE ${key} = ANY ($1)`, values: [keys] })
}
