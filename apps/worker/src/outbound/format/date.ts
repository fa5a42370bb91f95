import { formatDate, formatPeriod } from '@sluice/emails'

/** `5 January 2026` */
export const dayText = (date: Date): string => formatDate(date, 'en')

/** `1 January 2026 – 1 February 2026` */
export const periodText = (start: Date, end: Date): string => formatPeriod(start, end, 'en')
