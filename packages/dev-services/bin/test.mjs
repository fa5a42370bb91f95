// `npm test` and `pnpm test:slow`: from a fresh checkout to `N passed, N failed`. Further arguments go to Jest.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, ROOT, runVisibly } from './prepare.mjs'

const SUITES = { fast: ['fast'], slow: ['slow', 'image', 'browser'] }
const cores = availableParallelism()
/** Tests at once. Slow ones wait for other processes and for deadlines, while the cores idle. */
const WORKERS = { fast: cores, slow: Math.ceil(cores * 1.5) }
const NOTHING_RAN = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1 }

const [suite, ...jestArguments] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'sluice-results-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const unprepared = () => console.log('0 passed, 1 failed')

process.once('exit', unprepared)
await prepare()
process.off('exit', unprepared)
// Tests that build a copy of the repository really build it.
delete process.env.TURBO_CACHE_DIR

const checked = suite !== 'fast' || (await runVisibly('pnpm', ['-s', 'check'])) === 0
if (!checked) console.error('The check of style and types failed: see above.')
const results = join(folder, 'jest.json')
const projects = [...SUITES[suite], ...recorded()]
const options = ['--json', `--outputFile=${results}`, `--maxWorkers=${WORKERS[suite]}`, ...jestArguments]
const jest = ['-s', 'jest', '--selectProjects', ...projects, ...options]
const exitCode = await runVisibly('pnpm', jest)

const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = readResults()
const failed = numFailedTests + numRuntimeErrorTestSuites + (checked ? 0 : 1)
console.log(`${numPassedTests} passed, ${failed} failed`)
process.exitCode = failed > 0 || exitCode !== 0 ? 1 : 0

/** The tests over payloads that providers really sent: jest.config.mjs has them where the folder is. */
function recorded() {
  const payloads = join(ROOT, '../shared/fixtures')
  if (existsSync(payloads)) return ['recorded']
  console.log(`Skipped: tests over recorded payloads (*.recorded.test.ts), which are not in ${payloads}.`)
  return []
}

function readResults() {
  try {
    return JSON.parse(readFileSync(results, 'utf8'))
  } catch {
    return NOTHING_RAN
  }
}
