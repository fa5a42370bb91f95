import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { findings, table } from '../src/print.ts'
import type { Result } from '../src/result.ts'
import { savedResults, saveResult } from '../src/saved-runs.ts'

const RESULT: Result = {
  id: 'F12',
  title: 'Redis stops',
  seed: 1,
  load: 'base',
  version: 'abc1234',
  at: '2026-11-21T12:00:00.000Z',
  rate: 50,
  machine: { cpus: 2, load: 1.5, node: '20.20.2', postgres: '15.14', redis: '7.0.15' },
  sent: 100,
  acknowledged: 99,
  lost: 0,
  doubled: 0,
  wrongAnswers: 0,
  recoverySeconds: 3.25,
  budgetSeconds: 20,
  repeatedEmails: 0,
  unrecordedEmails: 0,
  worstLogLines: 1,
  notes: [],
  verdict: 'holds',
  findings: [],
}

test('runs of a fault share a line: sums, the worst of each load, and which runs are broken', () => {
  const broken: Result = {
    ...RESULT,
    seed: 3,
    recoverySeconds: 21,
    lost: 2,
    verdict: 'BROKEN',
    findings: ['lost: an event'],
  }
  const rows = [
    RESULT,
    { ...RESULT, seed: 2, neighbours: { beforeMs: 90, duringMs: 350 } },
    { ...RESULT, seed: 1, load: 'idle' as const, rate: 2, neighbours: { beforeMs: 300, duringMs: 700 } },
    broken,
    { ...RESULT, id: 'F13', title: 'Redis is killed', rate: 100 },
  ]
  const faults = [
    { id: 'F12', title: 'Redis stops' },
    { id: 'F13', title: 'Redis is killed' },
    { id: 'F14', title: 'Never tried' },
  ]

  expect(table(faults, rows)).toBe(
    [
      '2026-11-21, version abc1234, seeds 1 to 3, idle: 2 events a second, base: 50 to 100 events a second, 2 CPUs with a load of 1.5, Node 20.20.2, Postgres 15.14, Redis 7.0.15',
      '',
      '| fault               | runs | sent | lost | doubled | wrong answers | others’ p99, s: idle, base, high | recovery, s: idle, base, high | verdict         |',
      '| ------------------- | ---- | ---- | ---- | ------- | ------------- | -------------------------------- | ----------------------------- | --------------- |',
      '| F12 Redis stops     | 4    | 400  | 2    | 0       | 0             | 0.3 → 0.7, 0.1 → 0.3, –          | 3.3 of 20, 21.0 of 20, –      | BROKEN (base 3) |',
      '| F13 Redis is killed | 1    | 100  | 0    | 0       | 0             | –, –, –                          | –, 3.3 of 20, –               | holds           |',
      '| F14 Never tried     | 0    | 0    | 0    | 0       | 0             | –, –, –                          | –, –, –                       | not run         |',
    ].join('\n'),
  )
})

test('violations and measurements of each run are printed', () => {
  const many = Array.from({ length: 7 }, (_, index) => `finding ${index}`)
  expect(
    findings([RESULT, { ...RESULT, seed: 2, findings: many, notes: ['others waited 90 ms'] }]).split('\n'),
  ).toEqual([
    'F12, base, seed 2:',
    ...many.slice(0, 5).map((one) => `  ${one}`),
    '  … and 2 more',
    '  others waited 90 ms',
  ])
})

test('the newest saved result of each fault, load and seed counts', () =>
  withFolder(async (folder) => {
    const later = { ...RESULT, at: '2026-11-22T12:00:00.000Z', sent: 7 }
    await saveResult(join(folder, '2026-11-22-F12-1'), later)
    await saveResult(join(folder, '2026-11-21-F12-1'), RESULT)
    await saveResult(join(folder, '2026-11-21-F12-2'), { ...RESULT, seed: 2 })

    expect(await savedResults(folder)).toEqual(expect.arrayContaining([later, { ...RESULT, seed: 2 }]))
    expect(await savedResults(folder)).toHaveLength(2)
    expect(await savedResults(join(folder, 'none'))).toEqual([])
  }))
