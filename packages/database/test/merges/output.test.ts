import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { outputMerge, type ShownFile } from '../../src/merges/output.ts'
import { at } from '../facts.ts'
import { columnsAfter, itMerges, second, timeOrNull } from './merge-laws.ts'

const shown = (fact: Partial<ShownFile> = {}): ShownFile => ({
  renderId: '7',
  assetKey: 'p1/0',
  pointer: '/0',
  idx: 0,
  url: 'https://replicate.delivery/a.png',
  final: false,
  completedAt: null,
  ...fact,
})

const files = fc
  .record({
    url: fc.constantFrom('https://a.example/1', 'https://a.example/2', 'data:,a', 'HTTPS://a.example/1'),
    idx: second,
    final: fc.boolean(),
    completedAt: timeOrNull,
  })
  .map(shown)

itMerges('a file of an output', outputMerge, files)

describe('of two addresses for one pointer', () => {
  const winner = (...some: Partial<ShownFile>[]) => columnsAfter(outputMerge, ...some.map(shown))['source_url']
  const data = 'data:image/png;base64,iVBORw=='
  const [a, b] = ['https://a.example/1', 'https://a.example/2']

  test('https beats data:, even where the final output has data:', () => {
    expect(winner({ url: data, final: true, completedAt: at(1) }, { url: a })).toBe(a)
  })

  test('the final output beats an earlier one', () => {
    expect(winner({ url: a }, { url: b, final: true })).toBe(b)
  })

  test('the earlier ending beats the later, and one without a time is the latest', () => {
    expect(winner({ url: b, final: true, completedAt: at(1) }, { url: a, final: true, completedAt: at(2) })).toBe(b)
    expect(winner({ url: b, final: true, completedAt: at(1) }, { url: a, final: true })).toBe(b)
  })
})

test('the row of a file has the key of the asset, and keeps the render that it was first inserted for', () => {
  expect(outputMerge.keyOf(shown())).toBe('p1/0')
  expect(outputMerge.once?.(shown())).toEqual({ render_id: '7', pointer: '/0' })
})
