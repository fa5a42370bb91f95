import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Merge } from '../../src/merges/merge-rows.ts'
import { toJsonb } from '../../src/sql/text.ts'
import { at } from '../facts.ts'

/** Alphabets of two or three letters, so that ties and contradictions are common. */
export const second = fc.integer({ min: 0, max: 2 })
export const origin = {
  account: fc.constantFrom(null, 'acct_1', 'acct_2'),
  livemode: fc.constantFrom(null, true, false),
}
export const word = fc.constantFrom('a', 'b', 'c')
export const wordOrNull = fc.constantFrom(null, 'a', 'b')
export const time = second.map(at)
export const timeOrNull = fc.option(time)

/** What a fold and the stored row must agree on: order, grouping, repetition and a stay in jsonb change nothing. */
export function itMerges<F, R extends object>(name: string, merge: Merge<F, R>, facts: fc.Arbitrary<F>): void {
  const register = facts.map((fact) => merge.registersOf(fact))
  const registers = fc
    .array(register, { minLength: 1, maxLength: 4 })
    .map((some) => some.reduce((one, other) => merge.join(one, other)))
  const foldOf = (some: F[]): R => some.map((fact) => merge.registersOf(fact)).reduce((a, b) => merge.join(a, b))
  const stored = (some: R): R => JSON.parse(toJsonb(some)) as R

  describe(name, () => {
    test('is commutative', () => {
      fc.assert(
        fc.property(registers, registers, (a, b) => expect(merge.join(a, b)).toEqual(merge.join(b, a))),
        { numRuns: 1_000 },
      )
    })

    test('is associative', () => {
      fc.assert(
        fc.property(registers, registers, registers, (a, b, c) =>
          expect(merge.join(merge.join(a, b), c)).toEqual(merge.join(a, merge.join(b, c))),
        ),
        { numRuns: 1_000 },
      )
    })

    test('is idempotent', () => {
      fc.assert(
        fc.property(registers, registers, (a, b) => {
          const once = merge.join(a, b)
          expect(merge.join(once, once)).toEqual(once)
          expect(merge.join(once, a)).toEqual(once)
        }),
        { numRuns: 1_000 },
      )
    })

    test('gives the same columns in every order, however often each fact comes', () => {
      const orders = fc.array(facts, { minLength: 1, maxLength: 5 }).chain((some) =>
        fc.record({
          some: fc.constant(some),
          order: fc.shuffledSubarray([...some, ...some], { minLength: some.length * 2, maxLength: some.length * 2 }),
        }),
      )
      fc.assert(
        fc.property(orders, ({ some, order }) =>
          expect(merge.columnsOf(foldOf(order))).toEqual(merge.columnsOf(foldOf(some))),
        ),
        { numRuns: 1_000 },
      )
    })

    test('goes on from what is stored as from what is in memory', () => {
      fc.assert(
        fc.property(registers, registers, (a, b) => {
          const after = merge.join(stored(a), b)
          expect(stored(after)).toEqual(stored(merge.join(a, b)))
          expect(merge.columnsOf(stored(after))).toEqual(merge.columnsOf(merge.join(a, b)))
        }),
      )
    })
  })
}

/** The columns after these facts, the same in each of their orders. */
export function columnsAfter<F, R extends object>(merge: Merge<F, R>, ...facts: F[]): Record<string, unknown> {
  const results = permutations(facts).map((order) =>
    merge.columnsOf(order.map((fact) => merge.registersOf(fact)).reduce((a, b) => merge.join(a, b))),
  )
  for (const result of results) expect(result).toEqual(results[0])
  return results[0] ?? {}
}

/** Every order of a list. */
export function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]]
  return list.flatMap((one, index) =>
    permutations(list.filter((_, other) => other !== index)).map((rest) => [one, ...rest]),
  )
}
