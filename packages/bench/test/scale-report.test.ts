import { expect, test } from '@jest/globals'
import { createFigures } from '../src/figures.ts'
import { buffersOf, type Explained, scannedBy } from '../src/scale/explain.ts'
import { scaleMarkdown } from '../src/scale/markdown.ts'
import { QUICK_SCALE } from '../src/scale/plan.ts'
import type { ScaleReport } from '../src/scale/scale.ts'
import { coresOfSeveral } from '../src/setup/cores.ts'

const explained: Explained = {
  sql: 'DELETE FROM webhook_events',
  milliseconds: 1.5,
  plan: {
    'Node Type': 'ModifyTable',
    'Shared Hit Blocks': 40,
    'Shared Read Blocks': 2,
    Plans: [{ 'Node Type': 'Hash', Plans: [{ 'Node Type': 'Seq Scan', 'Relation Name': 'webhook_events' }] }],
  },
}

function reportOn(cores: number[]): ScaleReport {
  const figures = createFigures()
  figures.add('backlog of 3,000, Redis bytes per waiting event', 812)
  figures.add('1 worker, events/s', 1_000)
  figures.add('1 worker, cores used by ours', 0.9)
  figures.add('2 workers, events/s', 1_500)
  figures.add('one Redis, events/s', 500)
  figures.add('a Cluster of three masters, events/s', 450)
  const machine = { processor: 'a processor', cores: 2, memory: '4 GiB', system: 'Linux 6', node: 'v20', load: 0.1 }
  return {
    date: '2026-11-21',
    machine: { ...machine, bareSqlBy: 'pgbench' },
    settings: { 'postgres fsync': 'on' },
    cores: coresOfSeveral(2, cores),
    plan: QUICK_SCALE,
    figures: figures.all(),
    inbox: [{ statement: 'append of 16', rows: 200, milliseconds: 0.5, buffers: 297, plans: [explained] }],
    sums: { checked: 2, wrong: [] },
  }
}

test('the report on scale shows what waits, the inbox, and what another process brings', () => {
  const text = scaleMarkdown(reportOn([0, 1]))

  expect(text).toContain('a processor, 2 cores, 4 GiB')
  expect(text).toMatch(/\| 3,000 +\| 812 +\|/)
  expect(text).toMatch(/\| append of 16 +\| 0.5 +\| 297 +\|/)
  expect(text).toMatch(/\| 2 +\| 1,500 +\| 1.5 +\|/)
  expect(text).toMatch(/a Cluster of three masters +\| 450 +\| 0.9 +\|/)
  expect(text).toContain('They share 2 cores')
  expect(text).toContain('all 2 agree')
})

test('several processes have a core each where there are cores for all', () => {
  expect(coresOfSeveral(2, [0, 1])).toEqual({ each: [undefined, undefined] })
  expect(coresOfSeveral(2, [0, 1, 2, 5])).toEqual({ each: ['0', '1'], generator: '2', stores: '5' })
  expect(scaleMarkdown(reportOn([0, 1, 2, 5]))).toContain('a core of its own (0, 1), the generator 2, the stores 5')
})

test('a table that is read from end to end is found anywhere in a plan', () => {
  expect(scannedBy(explained.plan)).toEqual(['webhook_events'])
  expect(scannedBy({ 'Node Type': 'Index Scan', 'Relation Name': 'webhook_events' })).toEqual([])
  expect(buffersOf(explained)).toBe(42)
})
