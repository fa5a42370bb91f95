import { expect, test } from '@jest/globals'
import { barsOf } from '../src/bars.ts'
import type { Report } from '../src/bench.ts'
import { createFigures } from '../src/figures.ts'
import { markdown, short } from '../src/markdown.ts'
import { createNumbers, rotated } from '../src/measure/run.ts'
import { QUICK } from '../src/plan.ts'
import { allowedCores, coresApart, coresTogether } from '../src/setup/cores.ts'
import { quantile, slope } from '../src/statistics.ts'
import { agrees, type Sum, sums } from '../src/sums.ts'

function reportWith(wrong: Sum[]): Report {
  const figures = createFigures()
  figures.add('worker, bare SQL, events/s', 4_000)
  figures.add('worker, ours, events/s', 5_000)
  figures.add('worker, ours, events/s', 5_400)
  const machine = { processor: 'a processor', cores: 2, memory: '4 GiB', system: 'Linux 6', node: 'v20', load: 0.1 }
  return {
    date: '2026-11-21',
    machine: { ...machine, bareSqlBy: 'pgbench' },
    settings: { 'postgres fsync': 'on', 'redis appendfsync': 'always' },
    cores: { alone: coresApart([0, 1]), together: {} },
    plan: QUICK,
    figures: figures.all(),
    bars: barsOf(figures.median),
    sums: { checked: 2, wrong },
  }
}

test('the report shows the machine, what is missed, every ratio, and that the sums agree', () => {
  const text = markdown(reportWith([]))

  expect(text).toContain('a processor, 2 cores, 4 GiB')
  expect(text).toContain('postgres fsync on, redis appendfsync always')
  expect(text).toContain('the measured process on core 0, the generator on 1, the stores on 1')
  expect(text).toMatch(/\| worker, ours ÷ bare SQL +\| 1.3 +\| at least 0.9 +\| reached +\|/)
  expect(text).toMatch(/\| worker, ours, events\/s +\| 5,200 +\| 5,000–5,400 +\| 1.3 × bare SQL +\|/)
  expect(text).toContain('all 2 agree')
})

test('the report names each sum that does not agree', () => {
  const text = markdown(reportWith([{ of: 'worker, ours: processed', expected: 10, found: 9 }]))

  expect(text).toContain('1 of 2')
  expect(text).toContain('- worker, ours: processed should be 10 and is 9')
})

test('a number is handed out once', () => {
  const numbers = createNumbers()

  expect([numbers(10), numbers(5), numbers(1)]).toEqual([1, 11, 16])
})

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

test('the measured process has a core of its own where there are enough', () => {
  expect(allowedCores('Cpus_allowed:\t27\nCpus_allowed_list:\t0-2,5\n')).toEqual([0, 1, 2, 5])
  expect(coresApart([])).toEqual({})
  expect(coresApart([3])).toEqual({})
  expect(coresApart([0, 1])).toEqual({ measured: '0', generator: '1', stores: '1' })
  expect(coresApart([0, 1, 2, 5])).toEqual({ measured: '0', generator: '1', stores: '2,5' })
  expect(coresTogether([0, 1])).toEqual({})
  expect(coresTogether([0, 1, 2, 5])).toEqual({ measured: '0', generator: '1', worker: '2', stores: '5' })
})

test('nobody is always first', () => {
  expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc'])
})

test('numbers are printed with the digits that count', () => {
  expect([12_345.6, 99.44, 0.98765, 0.0123].map(short)).toEqual(['12,346', '99.4', '0.99', '0.012'])
})
