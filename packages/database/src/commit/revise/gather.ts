import type { PoolClient } from 'pg'
import { type AnyMerge, MERGES } from '../../merges/index.ts'
import { lockStored } from '../../merges/merge-rows.ts'
import { outputMerge } from '../../merges/output.ts'
import { paymentMerge } from '../../merges/payment.ts'
import { paymentReferenceMerge, type ReferenceRegisters } from '../../merges/payment-reference.ts'
import type { CommitRules } from '../rules.ts'
import { touchedBy } from '../touched.ts'
import { fillTouchedIn } from './fill-touched.ts'
import { withLinkedRows } from './linked-rows.ts'
import { paymentsNamedBy } from './payments.ts'
import { type Kept, readOthers } from './read-others.ts'
import type { Revision } from './revision.ts'
import { keysIn, nameOf } from './row-names.ts'
import { addFacts, noSayings, type Sayings } from './sayings.ts'

/** The registers of locked rows, by merge and key. Payments and files are locked later. */
export type Stored = ReadonlyMap<AnyMerge, ReadonlyMap<string, object>>

/** Everything that rows are made of again. */
export interface Gathered {
  /** The rows that the events touched before or touch now, as `table/key`, and those that money links with them. */
  rows: ReadonlySet<string>
  stored: Stored
  sayings: Sayings
  kept: Kept
  /** Those among the rows, and those that have, had or will have the money of an intent or charge among them. */
  paymentIds: ReadonlySet<string>
}

/** Whether rows of this table need those of others first. */
export const isMadeLater = (merge: AnyMerge): boolean =>
  merge.table === paymentMerge.table || merge.table === outputMerge.table

/**
 * Locks the rows of these events, and reads what all recorded events say of them. The locks come first: an event that is
 * committed meanwhile waits for them.
 */
export async function gather(client: PoolClient, revisions: Revision[], rules: CommitRules): Promise<Gathered> {
  const ids = new Set(revisions.map(({ row }) => row.id))
  const own = new Set(revisions.flatMap(({ before, facts }) => [...before, ...touchedBy(facts)]))
  const rows = await withLinkedRows(client, own)
  const stored = await lockAll(client, rows)
  for (let filled = 1; filled > 0; ) filled = await fillTouchedIn(client, rules)

  const said = { sayings: noSayings(), kept: new Map() as Kept }
  for (const { row, facts, decision } of revisions) {
    addFacts(said.sayings, row.id, facts, rows)
    if (decision.outcome === 'processed') for (const { key } of decision.effects) said.sayings.effectKeys.add(key)
  }
  await readOthers(client, rows, ids, rules, said)
  const paymentIds = new Set([
    ...keysIn(paymentMerge.table, rows),
    ...[...referencesIn(stored), ...referencesSaid(said.sayings)].flatMap(paymentsNamedBy),
  ])
  const further = [...paymentIds].map((id) => nameOf(paymentMerge.table, id)).filter((name) => !rows.has(name))
  await readOthers(client, new Set(further), ids, rules, said)
  return { rows, stored, paymentIds, ...said }
}

/** Table by table in the order of `MERGES`, as every transaction locks rows. */
async function lockAll(client: PoolClient, rows: ReadonlySet<string>): Promise<Stored> {
  const stored = new Map<AnyMerge, ReadonlyMap<string, object>>()
  for (const merge of MERGES) {
    const keys = isMadeLater(merge) ? [] : keysIn(merge.table, rows).sort()
    if (keys.length > 0) stored.set(merge, await lockStored<object>(client, merge, keys))
  }
  return stored
}

function referencesIn(stored: Stored): ReferenceRegisters[] {
  const found = [...stored].find(([{ table }]) => table === paymentReferenceMerge.table)?.[1]
  return [...(found?.values() ?? [])] as ReferenceRegisters[]
}

const referencesSaid = ({ folded }: Sayings): ReferenceRegisters[] =>
  keysIn(paymentReferenceMerge.table, folded.keys()).map(
    (key) => folded.get(nameOf(paymentReferenceMerge.table, key))?.registers as ReferenceRegisters,
  )
