import type { Fact, OutputFact } from '@sluice/events'
import { type AnyMerge, mergeOf, type Traced } from '../../merges/index.ts'
import { outputMerge } from '../../merges/output.ts'
import { paymentMerge } from '../../merges/payment.ts'
import { rowOf } from '../touched.ts'

export interface Folded {
  registers: object
  once: Record<string, unknown>
}

/** What events say of some rows, folded as they are read: the events of a customer may be many thousands. */
export interface Sayings {
  /** By `table/key`. Without payments and files of outputs, which need data of other rows first. */
  folded: Map<string, Folded>
  payments: Traced<Fact>[]
  outputs: Traced<OutputFact>[]
  /** The event that named a row last, by `table/key`. */
  eventOf: Map<string, string>
  /** The keys of the effects that these events have. */
  effectKeys: Set<string>
}

export const noSayings = (): Sayings => ({
  folded: new Map(),
  payments: [],
  outputs: [],
  eventOf: new Map(),
  effectKeys: new Set(),
})

/** Adds the facts of one event about `rows`; the others are left out. Facts of a row must come oldest event first. */
export function addFacts(sayings: Sayings, webhookEventId: string, facts: Fact[], rows: ReadonlySet<string>): void {
  for (const fact of facts) {
    const row = rowOf(fact)
    if (!rows.has(row)) continue
    const traced = { webhookEventId, ...fact }
    const merge = mergeOf(fact)
    sayings.eventOf.set(row, webhookEventId)
    if (merge === paymentMerge) sayings.payments.push(traced)
    else if (merge === outputMerge) sayings.outputs.push(traced as Traced<OutputFact>)
    else foldInto(sayings.folded, row, merge, traced)
  }
}

function foldInto(folded: Map<string, Folded>, row: string, merge: AnyMerge, input: unknown): void {
  const registers = merge.registersOf(input)
  const earlier = folded.get(row)
  if (earlier) earlier.registers = merge.join(earlier.registers, registers)
  else folded.set(row, { registers, once: merge.once?.(input) ?? {} })
}

/** Folds inputs of one merge by their keys. */
export function foldInputs<Input>(
  merge: Pick<AnyMerge, 'join'> & {
    keyOf(input: Input): string
    registersOf(input: Input): object
    once?(input: Input): Record<string, unknown>
  },
  inputs: Input[],
): Map<string, Folded> {
  const folded = new Map<string, Folded>()
  for (const input of inputs) {
    const key = merge.keyOf(input)
    const registers = merge.registersOf(input)
    const earlier = folded.get(key)
    if (earlier) earlier.registers = merge.join(earlier.registers, registers)
    else folded.set(key, { registers, once: merge.once?.(input) ?? {} })
  }
  return folded
}
