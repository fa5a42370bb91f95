import type { Filter } from '../../api/filter.ts'

/** Filters that `sluice events` has as well. */
const OPTIONS = ['status', 'type', 'customer', 'since'] as const

/** The command that lists the same events, or more where it has no such option. */
export function commandOf(filter: Filter): string {
  if (filter.q) return `sluice find ${quote(filter.q)}`
  if (filter.user) return `sluice find ${quote(filter.user)}`
  const options = OPTIONS.flatMap((name) => (filter[name] ? [`--${name} ${quote(filter[name])}`] : []))
  return ['sluice events', ...options].join(' ')
}

/** For a POSIX shell. */
export const quote = (text: string): string =>
  /^[\w.:@/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
