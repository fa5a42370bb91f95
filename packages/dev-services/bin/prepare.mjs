// The steps of `npm start` and `npm test` before anything is installed: plain Node, no dependency.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

const { packageManager, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const TOOLS = join(ROOT, '.sluice', 'tools')
const shell = process.platform === 'win32'

process.env.TURBO_TELEMETRY_DISABLED = '1'
process.env.CHECKPOINT_DISABLE = '1'

/** Checks Node, finds pnpm, installs packages and builds everything. Ends the process on failure. */
export async function prepare() {
  requireNode()
  await step('pnpm', ensurePnpm)
  await step('packages', () => call('pnpm', ['install', '--frozen-lockfile']))
  await step('build', () => call('pnpm', ['-s', 'build']))
}

/** Runs a program with our own input and output. Resolves to its exit code. */
export function runVisibly(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', shell: shell && program !== process.execPath })
    child.once('error', () => resolve(127))
    child.once('close', (exitCode) => resolve(exitCode ?? 1))
  })
}

function requireNode() {
  const wanted = engines.node.replace('>=', '').split('.').map(Number)
  const found = process.versions.node.split('.').map(Number)
  if (found[0] > wanted[0] || (found[0] === wanted[0] && found[1] >= wanted[1])) return
  fail(
    `Sluice needs Node ${engines.node}, this is ${process.versions.node}: install a newer one from https://nodejs.org.`,
  )
}

/** Puts the pinned pnpm on PATH, where Turbo expects it; installs it into `.sluice/tools` if needed. */
async function ensurePnpm() {
  const wanted = packageManager.replace('pnpm@', '')
  if (versionOfPnpm() === wanted) return
  process.env.PATH = join(TOOLS, 'node_modules', '.bin') + delimiter + process.env.PATH
  if (versionOfPnpm() === wanted) return
  await call('npm', ['install', '--prefix', TOOLS, '--no-save', '--no-audit', '--no-fund', packageManager])
  if (versionOfPnpm() !== wanted) throw new Error(`${packageManager} was installed in ${TOOLS} and does not run there.`)
}

const versionOfPnpm = () => spawnSync('pnpm', ['--version'], { cwd: ROOT, shell, encoding: 'utf8' }).stdout?.trim()

/** Shows a line and its duration; the program's output only on failure. */
async function step(name, work) {
  const started = Date.now()
  if (process.stdout.isTTY) process.stdout.write(`  … ${name}`)
  try {
    await work()
  } catch (error) {
    if (process.stdout.isTTY) process.stdout.write('\r')
    fail(`  ✗ ${name}\n\n${error.message}`)
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  console.log(`${process.stdout.isTTY ? '\r' : ''}  ✓ ${name} (${seconds} s)`)
}

function call(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (printed += text))
    child.once('error', reject)
    child.once('close', (exitCode) => {
      if (exitCode === 0) resolve()
      else reject(new Error(`${printed.trim()}\n\n${program} ${args.join(' ')} ended with ${exitCode}.`))
    })
  })
}

export function fail(message) {
  console.error(message)
  process.exit(1)
}
