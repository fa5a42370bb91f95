import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'

/** Debian's package, unpacked and not installed, so that no service of it starts. */
const TOOLS = join(REPOSITORY, '.sluice/tools')
const UNPACKED = join(TOOLS, 'prometheus')
const MISSING =
  'There is no promtool: install Prometheus, on Debian apt-get install -y --no-install-recommends prometheus'

/** Runs Prometheus' own checks in a folder; throws with what it printed when it finds fault. */
export function promtool(args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(programOf('promtool'), args, { cwd, encoding: 'utf8', timeout: 60_000 })
  if (status !== 0) throw new Error(`promtool ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout + stderr
}

/** `promtool` or `prometheus`: of PATH, else from Debian's package. @throws Error that says what to install. */
export function programOf(name: 'promtool' | 'prometheus'): string {
  if (spawnSync(name, ['--version']).status === 0) return name
  const program = join(UNPACKED, 'usr/bin', name)
  if (!existsSync(program)) unpack()
  if (!existsSync(program)) throw new Error(MISSING)
  return program
}

function unpack(): void {
  mkdirSync(TOOLS, { recursive: true })
  const folder = mkdtempSync(join(TOOLS, 'download-'))
  try {
    if (!download(folder)) {
      run('apt-get', ['update', '-qq'], folder)
      download(folder)
    }
    const file = readdirSync(folder).find((name) => name.endsWith('.deb'))
    if (file && run('dpkg-deb', ['-x', file, 'prometheus'], folder)) renameSync(join(folder, 'prometheus'), UNPACKED)
  } catch (error) {
    // Another test was faster.
    if (!existsSync(UNPACKED)) throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const download = (folder: string): boolean => run('apt-get', ['download', '-qq', 'prometheus'], folder)

const run = (program: string, args: string[], cwd: string): boolean =>
  spawnSync(program, args, { cwd, timeout: 120_000 }).status === 0
