import { expect, test } from '@jest/globals'
import { entryOf, startProcess, withFolder } from '@sluice/testing'
import type { ScaleReport } from '../src/index.ts'

test('a quick run on scale adds up, and has every figure and every plan', async () => {
  const { exitCode, output } = await withFolder(async (cwd) => {
    const bench = startProcess(entryOf('cli'), ['bench', '--scale', '--quick', '--json'], { env: {}, cwd })
    return { exitCode: await bench.exited, output: bench.output() }
  })

  const report = JSON.parse(output.trim().split('\n').at(-1) ?? '') as ScaleReport
  expect(report.sums.wrong).toEqual([])
  expect(report.sums.checked).toBeGreaterThan(40)
  expect(report.figures.filter(({ median }) => !Number.isFinite(median))).toEqual([])
  expect(report.inbox).toHaveLength(5 * report.plan.backlogs.length)
  expect(report.inbox.filter(({ milliseconds, buffers }) => !(milliseconds > 0 && buffers > 0))).toEqual([])
  expect(report.inbox.find(({ statement }) => statement.startsWith('claim'))?.plans).toHaveLength(4)
  expect(exitCode).toBe(0)
}, 600_000) // it must never fail on a time
