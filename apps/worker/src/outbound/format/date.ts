const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })

/** `5 January 2026`: the day in UTC, in an unambiguous order. */
export const dayText = (date: Date): string => DAY.format(date)

/** `1 January 2026 – 1 February 2026`: Stripe's period ends when the next one begins, so both days are shown as given. */
export const periodText = (start: Date, end: Date): string => `${dayText(start)} – ${dayText(end)}`
