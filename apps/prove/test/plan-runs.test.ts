import { expect, test } from '@jest/globals'
import type { Fault } from '../src/fault.ts'
import { runsOf, splitRuns } from '../src/plan-runs.ts'
import { failedRun, type Result } from '../src/result.ts'

const fault = (id: string, loads?: Fault['loads']): Fault => ({
  id,
  title: id,
  budgetSeconds: 1,
  inject: async () => undefined,
  ...(loads && { loads }),
})
const [F1, F47] = [fault('F1'), fault('F47', ['base'])]
const nameOf = ({ fault: { id }, load, seed }: ReturnType<typeof runsOf>[number]) => `${id} ${load} ${seed}`

test('a fault runs at every load with every seed, unless it names its loads', () => {
  expect(runsOf([F1, F47], ['idle', 'base'], [1, 2]).map(nameOf)).toEqual([
    'F1 idle 1',
    'F1 idle 2',
    'F1 base 1',
    'F1 base 2',
    'F47 base 1',
    'F47 base 2',
  ])
})

test('what ran to its end with this version of the code is not run again', () => {
  const run = { seed: 1, rate: 50, version: 'abc', load: 'base' } as const
  const machine = { cpus: 2, load: 1, node: '20', postgres: '15', redis: '7' }
  const row = { ...failedRun(F1, run, ''), machine }
  const ended = (changes: Partial<Result> = {}): Result => ({ ...row, ...changes })
  const asked = runsOf([F1], ['idle', 'base'], [1])

  expect(splitRuns(asked, [ended()], 'abc')).toEqual({ kept: [ended()], left: asked.slice(0, 1) })
  expect(splitRuns(asked, [ended({ version: 'older' })], 'abc').left).toEqual(asked)
  expect(splitRuns(asked, [failedRun(F1, run, 'it hung')], 'abc').left).toEqual(asked)
})
