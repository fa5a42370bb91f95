import { spawnSync } from 'node:child_process'

/** The one line for whoever has to install something. */
const MISSING = 'promtool is missing: install Prometheus (apt-get install -y --no-install-recommends prometheus).'

/** Runs Prometheus' own tool in a folder; throws with what it printed when it finds fault. */
export function promtool(args: string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd, encoding: 'utf8', timeout: 60_000 })
  if (error && 'code' in error && error.code === 'ENOENT') throw new Error(MISSING)
  if (status !== 0) throw new Error(`promtool ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout + stderr
}
