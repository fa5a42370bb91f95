import type { Fact, OutputFact } from '@sluice/events'
import { mergeOf, type Traced } from '../../merges/index.ts'
import { type Folded, foldInto } from '../../merges/merge-rows.ts'
import { outputMerge } from '../../merges/output.ts'
import { paymentMerge } from '../../merges/payment.ts'
import { rowOf } from '../touched.ts'

/** The facts of events about some rows. Folded as they are read, because a customer may have thousands of events. */
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
