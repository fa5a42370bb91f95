import { expect, test } from '@jest/globals'
import type { ConsoleReport } from '../src/console/console.ts'
import { consoleMarkdown } from '../src/console/markdown.ts'
import { QUICK_CONSOLE } from '../src/console/plan.ts'
import { createFigures } from '../src/figures.ts'

test('the report on the console shows each route, and the ratio of the rates with its noise', () => {
  const figures = createFigures()
  figures.add('size of the database, GB', 12.3)
  figures.add('arriving meanwhile, events/s', 499)
  for (const [without, having] of [
    [1_000, 990],
    [1_000, 970],
    [1_000, 1_010],
  ] as const) {
    figures.add('ingest, without a board, events/s', without)
    figures.add('ingest, with a board, events/s', having)
  }
  const machine = { processor: 'a processor', cores: 2, memory: '4 GiB', system: 'Linux 6', node: 'v20', load: 0.1 }
  const answers = [
    {
      route: '/events',
      requests: 330,
      unanswered: 0,
      p50: 4,
      p95: 120,
      slowest: { path: '/events?since=2026-11-29T07:00:00.000Z', p50: 90 },
    },
    {
      route: '/overview',
      requests: 30,
      unanswered: 1,
      p50: 250,
      p95: 301,
      slowest: { path: '/overview?range=7d', p50: 280 },
    },
  ]
  const report: ConsoleReport = {
    ...{ date: '2026-11-29', machine: { ...machine, bareSqlBy: 'pgbench' }, settings: {}, plan: QUICK_CONSOLE },
    ...{ figures: figures.all(), answers, sums: { checked: 2, wrong: [] } },
  }
  const text = consoleMarkdown(report)

  expect(text).toContain('Answers of the board on 10,000 events (12.3 GB) while 499 a second arrive')
  expect(text).toMatch(/\| `\/events` +\| 330 +\| 0 +\| 4 +\| 120 +\| `\/events\?since=…` 90 +\| reached \|/)
  expect(text).toMatch(/\| `\/overview` +\| 30 +\| 1 +\| 250 +\| 301 +\| .* \| MISSED +\|/)
  expect(text).toMatch(/\| ingest, events\/s +\| 1,000 +\| 990 +\| 0.990 \| 0.970–1.010 +\|/)
  expect(text).toContain('all 2 agree')
})
