import { InvalidArgumentError } from 'commander'

const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Parses `30m`, `24h`, `7d` (ago), or an ISO 8601 date. */
export function since(text: string): Date {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (count) return new Date(Date.now() - Number(count) * MILLISECONDS[unit as keyof typeof MILLISECONDS])
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : new Date(Number.NaN)
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('It should be like 30m, 24h, 7d or 2030-01-31.')
  return date
}
