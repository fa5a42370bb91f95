const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })

/** `5 January 2026`: the day in UTC, in an unambiguous order. */
export const dayText = (date: Date): string => DAY.format(date)

/**
 * `1 January 2026 – 1 February 2026`: a period ends when the next one starts, and both days are shown as Stripe gives
 * them.
 */
export const periodText = (start: Date, end: Date): string => `${dayText(start)} – ${dayText(end)}`
