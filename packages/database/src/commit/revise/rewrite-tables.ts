import type { PoolClient } from 'pg'
import { type AnyMerge, MERGES } from '../../merges/index.ts'
import { paymentReferenceMerge, type ReferenceRegisters } from '../../merges/payment-reference.ts'
import { isContested } from '../../merges/stripe.ts'
import { isForgotten } from '../../merges/without-person.ts'
import { startWaiting } from '../derive-payments.ts'
import type { CommitRules } from '../rules.ts'
import { type Gathered, isMadeLater } from './gather.ts'
import { withBooking } from './payments.ts'
import { keysIn, nameOf } from './row-names.ts'
import { type Revised, type Rewritten, rewriteRows } from './write-rows.ts'

/** By table. */
export type Written = ReadonlyMap<string, Rewritten>

/**
 * Makes all rows again that need no others.
 *
 * @param revisedBy the replayed event that touched a row before, or touches it now
 */
export async function rewriteTables(
  client: PoolClient,
  gathered: Gathered,
  rules: CommitRules,
  eventId: string,
  revisedBy: (merge: AnyMerge, key: string) => string | undefined,
): Promise<Written> {
  const written = new Map<string, Rewritten>()
  for (const merge of MERGES) {
    const keys = isMadeLater(merge) ? [] : keysIn(merge.table, gathered.rows).sort()
    if (keys.length === 0) continue
    const rows = keys.map((key) => ({ ...revisedRow(merge, key, gathered), eventId: revisedBy(merge, key) ?? eventId }))
    written.set(merge.table, await rewriteRows(client, merge, rows, rules))
  }
  await startWaiting(client, referencesOf(written, gathered, eventId))
  return written
}

function revisedRow(merge: AnyMerge, key: string, { stored, sayings, kept }: Gathered): Omit<Revised, 'eventId'> {
  const name = nameOf(merge.table, key)
  const before = stored.get(merge)?.get(key)
  const said = sayings.folded.get(name)
  // The row of a forgotten person stays as it is, because the bodies of its events are erased.
  const base = kept.has(name) || isForgotten(before) ? before : undefined
  const after = base && said ? merge.join(base, said.registers) : (said?.registers ?? base)
  const isReference = merge.table === paymentReferenceMerge.table
  return {
    key,
    before,
    after:
      isReference && after ? withBooking(before as ReferenceRegisters | undefined, after as ReferenceRegisters) : after,
    once: said?.once ?? {},
  }
}

const referencesOf = (written: Written, { sayings }: Gathered, eventId: string) =>
  [...(written.get(paymentReferenceMerge.table)?.registers ?? [])].map(([reference, registers]) => ({
    reference,
    registers: registers as ReferenceRegisters,
    webhookEventId: sayings.eventOf.get(nameOf(paymentReferenceMerge.table, reference)) ?? eventId,
  }))

/** Customers and subscriptions of which several origins tell. */
export const contestedIn = (written: Written) => ({
  customers: ['customers', 'entitlement_summaries'].flatMap((table) => contestedKeys(written.get(table))),
  subscriptions: contestedKeys(written.get('subscriptions')),
})

const contestedKeys = (rows: Rewritten | undefined): string[] =>
  [...(rows?.registers ?? [])].flatMap(([key, registers]) => (isContested(registers) ? [key] : []))
