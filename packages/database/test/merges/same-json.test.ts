import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isSameJson } from '../../src/merges/same-json.ts'
import { toJsonb } from '../../src/sql/text.ts'

const kept = (value: unknown): unknown => JSON.parse(toJsonb(value))

const leaf = fc.constantFrom(
  0,
  -0,
  1,
  Number.NaN,
  '',
  'a',
  'a\0',
  'a\uFFFD',
  null,
  undefined,
  true,
  new Date(0),
  '__proto__',
)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'toString'), tie('value'), { maxKeys: 3 }),
  ),
}))

test('two values are the same if jsonb keeps them alike', () => {
  fc.assert(
    fc.property(value, value, (a, b) => expect(isSameJson(a, b)).toBe(isDeepStrictEqual(kept(a), kept(b)))),
    { numRuns: 5_000 },
  )
  fc.assert(
    fc.property(value, (a) => expect(isSameJson(a, kept(a))).toBe(true)),
    { numRuns: 5_000 },
  )
})
