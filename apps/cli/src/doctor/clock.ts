import { type Finding, failed, good } from './finding.ts'

const FURTHEST_MS = 5_000

/** Compares a store's time with our clock. @param before our time just before the question; both in milliseconds. */
export function checkClock(check: string, time: number, before: number): Finding {
  const apart = Math.max(before - time, time - Date.now(), 0)
  if (apart <= FURTHEST_MS) return good(check, 'agrees with this machine')
  const seconds = Math.round(apart / 1000)
  return failed(check, `It differs by ${seconds} s from this machine: let both follow a time server.`)
}
