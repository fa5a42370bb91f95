import type { CrashPoint } from './crash-point.ts'

/** `after_commit:20`: the process kills itself when it comes by there for the twentieth time. */
const [point, times = '1'] = (process.env['CRASH_AT'] ?? '').split(':')
let passed = 0

/** Ends the process as `kill -9` does. Nothing that was under way gets to finish. */
export function crashPoint(name: CrashPoint): void {
  if (name !== point) return
  passed += 1
  if (passed >= Number(times)) process.kill(process.pid, 'SIGKILL')
}
