const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
]

/** `3 minutes ago`, `in 2 days`. */
export function relativeTime(then: Date, now: number, locale?: string): string {
  let left = (then.getTime() - now) / 1000
  for (const [unit, many] of STEPS) {
    if (Math.abs(Math.round(left)) < many) return relative(locale).format(Math.round(left), unit)
    left /= many
  }
  return then.toISOString()
}

const relative = (locale?: string) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

/** `28 Nov 2026, 22:31:07.123`, in the zone of the reader. */
export const localTime = (time: Date, locale?: string): string =>
  new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(time)

/** `0.4 s`, `12 ms`, `3 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`
  if (milliseconds < 3_600_000) return `${Math.round(milliseconds / 60_000)} min`
  return milliseconds < 172_800_000
    ? `${Math.round(milliseconds / 3_600_000)} h`
    : `${Math.round(milliseconds / 86_400_000)} days`
}
