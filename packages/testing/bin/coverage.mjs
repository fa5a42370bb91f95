// `pnpm coverage [--only SCOPE]… [part of a test's path]…`: runs tests, prints what they reach, fails below a bar.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT, runVisibly } from '../../dev-services/bin/prepare.mjs'
import { BARS } from './measure/bars.mjs'
import { count } from './measure/count.mjs'
import { judge } from './measure/judge.mjs'
import { printVerdicts } from './measure/print.mjs'
import { allSources } from './measure/sources.mjs'

const { values, positionals: tests } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: BARS.map(({ scope }) => scope) } },
  allowPositionals: true,
})
const bars = values.only.map((scope) => {
  const bar = BARS.find((known) => known.scope === scope)
  return bar ?? fail(`No scope ${scope}: ${BARS.map((known) => known.scope).join(', ')}.`)
})

const folder = join(ROOT, 'coverage')
const [unit, integration, processes] = ['unit', 'integration', 'processes'].map((kind) => join(folder, kind))

rmSync(folder, { recursive: true, force: true })
for (const counts of [unit, integration, processes]) mkdirSync(counts, { recursive: true })
if (!(await run('build'))) fail('The build failed: see above.')
const succeeded = await run('jest', ...tests, ...countingFlags())

const sources = allSources()
const maps = { unit: await count([unit], sources), all: await count([unit, integration, processes], sources) }
const verdicts = bars.map((bar) => judge(bar, maps[bar.counts]))
printVerdicts(verdicts)
if (!succeeded) console.log('\nA test failed: see above.')
process.exitCode = succeeded && verdicts.every(({ failures }) => failures.length === 0) ? 0 : 1

/** Our reporter and `startProcess` learn from the environment where to leave counts. */
async function run(...args) {
  process.env.COVERAGE_OF_UNIT = unit
  process.env.COVERAGE_OF_INTEGRATION = integration
  process.env.COVERAGE_OF_PROCESSES = processes
  return (await runVisibly('pnpm', ['-s', ...args])) === 0
}

/** The tests of `npm test`. Jest has V8 count; our reporter keeps the counts as they are, and Jest makes no report of its own. */
function countingFlags() {
  const reporter = './packages/testing/bin/measure/reporter.mjs'
  const reporters = ['--reporters=default', `--reporters=${reporter}`]
  return [
    '--selectProjects',
    'fast',
    'slow',
    '--coverage',
    '--coverageProvider=v8',
    '--coverageReporters=none',
    ...reporters,
  ]
}

function fail(reason) {
  console.error(reason)
  process.exit(1)
}
