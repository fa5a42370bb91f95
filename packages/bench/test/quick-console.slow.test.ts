import { expect, test } from '@jest/globals'
import { entryOf, startProcess, withFolder } from '@sluice/testing'
import type { ConsoleReport } from '../src/index.ts'

test('a quick run on the console adds up, and has every figure and every route', async () => {
  const { exitCode, output } = await withFolder(async (cwd) => {
    const bench = startProcess(entryOf('cli'), ['bench', '--console', '--quick', '--json'], { env: {}, cwd })
    return { exitCode: await bench.exited, output: bench.output() }
  })

  const report = JSON.parse(output.trim().split('\n').at(-1) ?? '') as ConsoleReport
  expect(report.sums.wrong).toEqual([])
  expect(report.sums.checked).toBeGreaterThan(10)
  expect(report.figures.filter(({ median }) => !Number.isFinite(median))).toEqual([])
  expect(report.answers.length).toBeGreaterThan(15)
  expect(report.answers.filter(({ p50, p95 }) => !(p50 > 0 && p95 >= p50))).toEqual([])
  expect(report.answers.filter(({ unanswered }) => unanswered > 0)).toEqual([])
  expect(exitCode).toBe(0)
}, 600_000) // it must never fail on a time
