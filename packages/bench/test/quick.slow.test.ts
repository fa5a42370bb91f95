import { expect, test } from '@jest/globals'
import { entryOf, startProcess, withFolder } from '@sluice/testing'
import type { Report } from '../src/index.ts'

test('a quick run adds up, and says how ours compares', async () => {
  const { exitCode, output } = await withFolder(async (cwd) => {
    const bench = startProcess(entryOf('cli'), ['bench', '--quick', '--json'], { env: {}, cwd })
    return { exitCode: await bench.exited, output: bench.output() }
  })

  const report = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Report
  for (const { name, value } of report.bars) process.stdout.write(`${name}: ${value.toPrecision(3)}\n`)
  expect(report.sums.wrong).toEqual([])
  expect(report.sums.checked).toBeGreaterThan(40)
  expect(report.bars.filter(({ value }) => !Number.isFinite(value))).toEqual([])
  expect(report.figures.filter(({ median }) => !Number.isFinite(median))).toEqual([])
  expect(report.settings).toMatchObject({
    'postgres fsync': 'on',
    'postgres synchronous_commit': 'on',
    'postgres full_page_writes': 'on',
    'redis appendonly': 'yes',
    'redis appendfsync': 'always',
  })
  expect(exitCode).toBe(0)
}, 600_000) // it must never fail on a time
