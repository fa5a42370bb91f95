import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { barsOf } from '../src/bars.ts'
import { createFigures } from '../src/figures.ts'
import { short } from '../src/markdown.ts'
import { rotated } from '../src/measure/rotated.ts'
import { quantile, slope } from '../src/statistics.ts'
import { agrees, sums } from '../src/sums.ts'
import { allowedCores, places, placesTogether } from '../src/world/places.ts'
import { writeInto } from '../src/write-into.ts'

test('a figure has the median and the spread of its rounds', () => {
  const figures = createFigures()
  for (const value of [3, 1, 2, 10]) figures.add('events/s', value)

  expect(figures.all()).toEqual([{ name: 'events/s', rounds: [3, 1, 2, 10], median: 2.5, least: 1, most: 10 }])
})

test('quantiles lie between the values, and a slope is that of the line through the points', () => {
  expect(quantile([1, 2, 3, 4, 5], 0.99)).toBeCloseTo(4.96)
  expect(quantile([], 0.5)).toBeNaN()
  expect(
    slope([
      [0, 5],
      [1, 7],
      [2, 9],
    ]),
  ).toBeCloseTo(2)
  expect(slope([[4, 5]])).toBe(0)
})

test('a count that one side has alone does not agree', () => {
  const [same, missing] = sums('worker', { processed: 2, payments: 2 }, { processed: 2 })

  expect(same && agrees(same)).toBe(true)
  expect(missing).toEqual({ of: 'worker: payments', expected: 2, found: 0 })
})

test('a bar that is not reached is said to be missed, and never throws', () => {
  const bars = barsOf((figure) => (figure.includes('ours') ? 90 : 100))

  expect(bars.find(({ name }) => name === 'worker, ours ÷ bare SQL')).toMatchObject({ value: 0.9, isReached: true })
  expect(bars.find(({ name }) => name === 'ingest, ours ÷ verify only')).toMatchObject({ value: 0.9, isReached: false })
})

test('the contender has a core of its own where there are cores', () => {
  expect(allowedCores('Cpus_allowed:\t27\nCpus_allowed_list:\t0-2,5\n')).toEqual([0, 1, 2, 5])
  expect(places([])).toEqual({})
  expect(places([3])).toEqual({})
  expect(places([0, 1])).toEqual({ contender: '0', generator: '1', stores: '1' })
  expect(places([0, 1, 2, 5])).toEqual({ contender: '0', generator: '1', stores: '2,5' })
  expect(placesTogether([0, 1])).toEqual({})
  expect(placesTogether([0, 1, 2, 5])).toEqual({ contender: '0', generator: '1', worker: '2', stores: '5' })
})

test('nobody is always first', () => {
  expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc'])
})

test('numbers are printed with the digits that count', () => {
  expect([12_345.6, 99.44, 0.98765, 0.0123].map(short)).toEqual(['12,346', '99.4', '0.99', '0.012'])
})

test('the report replaces the one before, and nothing else', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'README.md')
    const begin = '<!-- sluice bench --write puts its report here -->'
    const endMark = '<!-- end of the report -->'
    await writeFile(file, `before\n\n${begin}\n\n${endMark}\n\nafter\n`)

    await writeInto(file, 'first')
    await writeInto(file, 'second')

    expect(await readFile(file, 'utf8')).toBe(`before\n\n${begin}\n\nsecond\n\n${endMark}\n\nafter\n`)
    await writeFile(file, 'no place')
    await expect(writeInto(file, 'third')).rejects.toThrow('no place for the report')
  }))
