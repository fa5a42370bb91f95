import { type Finding, failed, good } from './finding.ts'

const FURTHEST_MS = 5_000

/** Compares a store's time with this machine's clock. @param before local time before the request, in milliseconds. */
export function checkClock(check: string, time: number, before: number): Finding {
  const apart = Math.max(before - time, time - Date.now(), 0)
  if (apart <= FURTHEST_MS) return good(check, 'same as on this machine')
  const seconds = Math.round(apart / 1000)
  return failed(check, `It differs by ${seconds} s from this machine: synchronize both with a time server.`)
}
