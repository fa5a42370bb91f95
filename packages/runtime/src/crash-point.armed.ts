import type { CrashPoint } from './crash-point.ts'

/** E.g. `after_commit:20`: the process kills itself when it reaches that point for the 20th time. */
const [point, times = '1'] = (process.env['CRASH_AT'] ?? '').split(':')
let passed = 0

/** Kills the process like `kill -9`, so that no pending work finishes. */
export function crashPoint(name: CrashPoint): void {
  if (name !== point) return
  passed += 1
  if (passed >= Number(times)) process.kill(process.pid, 'SIGKILL')
}
