import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from '@jest/globals'
import { transformSync } from '@swc/core'
import { REPOSITORY, startProcess, withFolder } from '../src/index.ts'

const measuring = (name: string) => import(join(REPOSITORY, 'packages/testing/bin/measure', name))
const { count } = await measuring('count.mjs')
const { judge } = await measuring('judge.mjs')
const { isPure, isUnitTest } = await measuring('unit.mjs')

const SOURCE = `
export function half(number: number): number {
  // v8 ignore next
  if (number % 2 === 1) {
    throw new Error('odd')
  }
  return number / 2
}

half(4)
`
const BAR = { scope: 'sample', covers: () => true, over: { lines: 80 }, atLeast: { branches: 95 } }

test('a source that nothing loads makes the bar fail', () =>
  inSample(async ({ source, counts }) => {
    const { failures, files } = judge(BAR, await count([counts], [source]))
    expect(failures).toEqual([
      'sample: wanted more than 80 % of lines, measured 0.00 %',
      'sample: wanted at least 95 % of branches, measured 0.00 %',
    ])
    expect(files).toMatchObject([{ path: source, lines: [4, 5, 7, 10], branches: [4] }])
  }))

test('lines that a process ran are counted, and no comment excludes a line', () =>
  inSample(async ({ source, compiled, counts }) => {
    const sample = startProcess(compiled, [], { env: { NODE_V8_COVERAGE: counts } })
    expect(await sample.exited).toBe(0)
    const { failures, files } = judge(BAR, await count([counts], [source]))
    expect(failures).toEqual([
      'sample: wanted more than 80 % of lines, measured 75.00 %',
      'sample: wanted at least 95 % of branches, measured 50.00 %',
    ])
    expect(files).toMatchObject([{ path: source, lines: [5], branches: [4] }])
  }))

test('a scope without a source fails', async () => {
  const { failures } = judge({ ...BAR, covers: () => false }, await count([], []))
  expect(failures).toEqual([
    'sample: wanted more than 80 % of lines, measured nothing',
    'sample: wanted at least 95 % of branches, measured nothing',
  ])
})

test('a unit test starts nothing, and covers sources that touch nothing outside', () => {
  const isUnit = (path: string) => isUnitTest(join(REPOSITORY, path))
  expect(isUnit('packages/providers/test/stripe/stripe.test.ts')).toBe(true)
  expect(isUnit('packages/database/test/inbox/append.test.ts')).toBe(false)
  expect(isUnit('apps/ingest/test/bad-inputs.test.ts')).toBe(false)
  expect(isPure('packages/providers/src/stripe/signature.ts')).toBe(true)
  expect(isPure('packages/database/src/inbox/append.ts')).toBe(false)
  expect(isPure('packages/providers/src/stripe/api/error.ts')).toBe(true)
  expect(isPure('packages/providers/src/stripe/api/client.ts')).toBe(false)
  expect(isPure('packages/runtime/src/shutdown.ts')).toBe(false)
})

interface Sample {
  /** Relative to the root of the checkout. */
  source: string
  compiled: string
  /** An empty folder. */
  counts: string
}

function inSample<T>(use: (sample: Sample) => Promise<T>): Promise<T> {
  return withFolder((folder) => {
    const [sources, dist, counts] = ['src', 'dist', 'counts'].map((name) => join(folder, 'packages/sample', name))
    if (!sources || !dist || !counts) throw new Error('There are three folders.')
    for (const made of [sources, dist, counts]) mkdirSync(made, { recursive: true })
    const source = join(sources, 'half.ts')
    const compiled = join(dist, 'half.mjs')
    writeFileSync(source, SOURCE)
    writeFileSync(compiled, compile(SOURCE))
    return use({ source: relative(REPOSITORY, source), compiled, counts })
  })
}

function compile(source: string): string {
  const jsc = { parser: { syntax: 'typescript' as const }, target: 'es2023' as const }
  return transformSync(source, { jsc, sourceMaps: 'inline', sourceFileName: '../src/half.ts' }).code
}
