import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import fc from 'fast-check'
import type { Merge, MergeRules } from '../../src/merges/merge-rows.ts'
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
/** The own link of an object, which an event can set or remove. */
export const removableLinks = fc.record(
  { userId: wordOrNull, by: fc.constant('own' as const), since: time, isChange: fc.constant(true as const) },
  { requiredKeys: ['userId', 'by'] },
)

const RULES: MergeRules = { pastDueIsActive: true }

/** Order, grouping, repetition and storage as jsonb change nothing. */
export function itMerges<F extends Fact, R extends object, Input>(
  name: string,
  merge: Merge<F, R, Input>,
  inputs: fc.Arbitrary<Input>,
): void {
  const columnsOf = (some: R) => merge.columnsOf(some, RULES)
  const register = inputs.map((input) => merge.registersOf(input))
  const registers = fc
    .array(register, { minLength: 1, maxLength: 4 })
    .map((some) => some.reduce((one, other) => merge.join(one, other)))
  const foldOf = (some: Input[]): R => some.map((input) => merge.registersOf(input)).reduce((a, b) => merge.join(a, b))
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

    test('gives the same columns in every order, also when facts are repeated', () => {
      const orders = fc.array(inputs, { minLength: 1, maxLength: 5 }).chain((some) =>
        fc.record({
          some: fc.constant(some),
          order: fc.shuffledSubarray([...some, ...some], { minLength: some.length * 2, maxLength: some.length * 2 }),
        }),
      )
      fc.assert(
        fc.property(orders, ({ some, order }) => expect(columnsOf(foldOf(order))).toEqual(columnsOf(foldOf(some)))),
        { numRuns: 1_000 },
      )
    })

    test('gives the same from the stored row as from memory', () => {
      fc.assert(
        fc.property(registers, registers, (a, b) => {
          const after = merge.join(stored(a), b)
          expect(stored(after)).toEqual(stored(merge.join(a, b)))
          expect(columnsOf(stored(after))).toEqual(columnsOf(merge.join(a, b)))
        }),
      )
    })
  })
}

/** The columns after these facts, which are the same in every order. */
export const columnsAfter = <F extends Fact, R extends object, Input>(
  merge: Merge<F, R, Input>,
  ...inputs: Input[]
): Record<string, unknown> => columnsUnder(RULES, merge, ...inputs)

export function columnsUnder<F extends Fact, R extends object, Input>(
  rules: MergeRules,
  merge: Merge<F, R, Input>,
  ...inputs: Input[]
): Record<string, unknown> {
  const results = permutations(inputs).map((order) =>
    merge.columnsOf(
      order.map((input) => merge.registersOf(input)).reduce((a, b) => merge.join(a, b)),
      rules,
    ),
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
