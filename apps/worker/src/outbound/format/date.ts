const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })

/** `5 January 2026`: the day in UTC, in an order that nobody reads the wrong way round. */
export const dayText = (date: Date): string => DAY.format(date)

/** `1 January 2026 to 31 January 2026`; a period's end is the moment at which the next one begins. */
export const periodText = (start: Date, end: Date): string => `${dayText(start)} – ${dayText(end)}`
