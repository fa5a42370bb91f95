// `npm test`: from a fresh checkout to `N passed, N failed`. What follows `--` goes to Jest.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, runVisibly } from './prepare.mjs'

const NOTHING_RAN = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1 }

const folder = mkdtempSync(join(tmpdir(), 'sluice-results-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const unprepared = () => console.log('0 passed, 1 failed')

process.once('exit', unprepared)
await prepare()
process.off('exit', unprepared)

const checked = (await runVisibly('pnpm', ['-s', 'check'])) === 0
if (!checked) console.error('The check of style and types failed: see above.')
const results = join(folder, 'jest.json')
const jest = ['-s', 'jest', '--selectProjects', 'test', '--json', `--outputFile=${results}`, ...process.argv.slice(2)]
const exitCode = await runVisibly('pnpm', jest)

const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = readResults()
const failed = numFailedTests + numRuntimeErrorTestSuites + (checked ? 0 : 1)
console.log(`${numPassedTests} passed, ${failed} failed`)
process.exitCode = failed > 0 || exitCode !== 0 ? 1 : 0

function readResults() {
  try {
    return JSON.parse(readFileSync(results, 'utf8'))
  } catch {
    return NOTHING_RAN
  }
}
