import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type VariantLook, variantMerge } from '../../src/merges/variant.ts'
import { at } from '../facts.ts'
import { columnsAfter, itMerges, second, timeOrNull } from './merge-laws.ts'

const look = (fact: Partial<VariantLook> = {}): VariantLook => ({
  renderId: '7',
  assetKey: 'p1/0',
  pointer: '/0',
  idx: 0,
  url: 'https://replicate.delivery/a.png',
  final: false,
  completedAt: null,
  ...fact,
})

const looks = fc
  .record({
    url: fc.constantFrom('https://a.example/1', 'https://a.example/2', 'data:,a', 'HTTPS://a.example/1'),
    idx: second,
    final: fc.boolean(),
    completedAt: timeOrNull,
  })
  .map(look)

itMerges('looks at a file', variantMerge, looks)

describe('of two addresses for one place', () => {
  const stands = (...some: Partial<VariantLook>[]) => columnsAfter(variantMerge, ...some.map(look))['source_url']
  const data = 'data:image/png;base64,iVBORw=='
  const [a, b] = ['https://a.example/1', 'https://a.example/2']

  test('https stands over data:, even where the file came as data: at the end', () => {
    expect(stands({ url: data, final: true, completedAt: at(1) }, { url: a })).toBe(a)
  })

  test('the one at the end stands over one on the way', () => {
    expect(stands({ url: a }, { url: b, final: true })).toBe(b)
  })

  test('of two endings the earlier stands, and one without a time is the latest', () => {
    expect(stands({ url: b, final: true, completedAt: at(1) }, { url: a, final: true, completedAt: at(2) })).toBe(b)
    expect(stands({ url: b, final: true, completedAt: at(1) }, { url: a, final: true })).toBe(b)
  })
})

test('a file’s row is found by its place, and is of the render that showed it first', () => {
  expect(variantMerge.keyOf(look())).toBe('p1/0')
  expect(variantMerge.once?.(look())).toEqual({ render_id: '7', pointer: '/0' })
})
