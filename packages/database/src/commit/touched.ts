import type { Fact } from '@sluice/events'
import { mergeOf } from '../merges/index.ts'

/** More than the facts of any event touch: the objects of an event carry ten of each list. */
const TOUCHED_MAX = 256

/** The row that a fact is merged into, as `table/key`. Files of an output go by their prediction: `variants/<id>`. */
export function rowOf(fact: Fact): string {
  const merge = mergeOf(fact)
  return `${merge.table}/${merge.ownerOf?.(fact) ?? merge.keyOf(fact)}`
}

/** The rows that these facts touch, sorted. Kept with the event, so that a replay finds what it said before. */
export const touchedBy = (facts: Fact[]): string[] => [...new Set(facts.map(rowOf))].sort().slice(0, TOUCHED_MAX)

/** No id contains it. */
const SEPARATOR = '\x1f'

/** As text, because an array of arrays would have to be rectangular. */
export const joinTouched = (touched: readonly string[]): string => touched.join(SEPARATOR)

/** SQL: the array that `joinTouched` made the column `new.touched` of. */
export const SPLIT_TOUCHED = `string_to_array(new.touched, E'\\x1f')`
