import { InvalidArgumentError } from 'commander'

const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The forms of a time, for help texts. */
export const SINCE = '30m, 24h, 7d, 14:00, yesterday or a date'

/**
 * Parses `30m`, `24h`, `7d` (ago), `14:00` (the latest one, in the zone of this machine), `today`, `yesterday`,
 * `yesterday 14:00`, or an ISO 8601 date.
 */
export function since(text: string, now = new Date()): Date {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (count) return new Date(now.getTime() - Number(count) * MILLISECONDS[unit as keyof typeof MILLISECONDS])
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : timeOfDay(text, now)
  if (date && !Number.isNaN(date.getTime())) return date
  throw new InvalidArgumentError('It should be like 30m, 24h, 7d, 14:00, yesterday or 2030-01-31.')
}

function timeOfDay(text: string, now: Date): Date | undefined {
  const [, day, hours, minutes] = /^(today|yesterday)?(?:(?:^| )([01]?\d|2[0-3]):([0-5]\d))?$/.exec(text) ?? []
  if (!day && !hours) return undefined
  const at = (daysAgo: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo, Number(hours ?? 0), Number(minutes ?? 0))
  if (day) return at(day === 'yesterday' ? 1 : 0)
  return at(0) > now ? at(1) : at(0)
}
