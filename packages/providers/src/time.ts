import { RefusalError } from '@sluice/events'

/** 9999-12-31T23:59:59Z, which every store can hold. */
export const MAX_UNIX_SECONDS = 253_402_300_799

/**
 * Checks that a signed timestamp is close to the clock. An old one may be a replay, and one in the future would stay
 * valid too long.
 * @throws RefusalError `invalid_signature`: `malformed_header`, `too_old`, `in_future`.
 */
export function checkAge(timestamp: string, toleranceSeconds: number, now: Date): void {
  if (!/^\d{1,12}$/.test(timestamp)) throw new RefusalError('invalid_signature', 'malformed_header')
  const age = Math.floor(now.getTime() / 1000) - Number(timestamp)
  if (age > toleranceSeconds) throw new RefusalError('invalid_signature', 'too_old')
  if (-age > toleranceSeconds) throw new RefusalError('invalid_signature', 'in_future')
}

/** Parses an ISO 8601 time with any number of fraction digits, as providers send them; null for any other value. */
export function isoDate(text: unknown): Date | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return null
  const date = new Date(text.replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(date.getTime()) ? null : date
}
