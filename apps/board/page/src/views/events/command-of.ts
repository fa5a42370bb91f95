import type { Filter } from '../../api/filter.ts'

/** The command that lists the same events, or more where it has no such option. */
export function commandOf({ q, user, status, type, customer, since }: Filter): string {
  if (q) return `sluice find ${quote(q)}`
  if (user) return `sluice find ${quote(user)}`
  return ['sluice events', ...optionsOf({ status, type, customer, since })].join(' ')
}

/** The command that follows the same events. */
export const tailCommandOf = ({ provider, type, status, customer }: Filter): string =>
  ['sluice tail', ...optionsOf({ provider, type, status, customer })].join(' ')

const optionsOf = (values: Record<string, string | undefined>): string[] =>
  Object.entries(values).flatMap(([name, value]) => (value ? [`--${name} ${quote(value)}`] : []))

/** For a POSIX shell. */
export const quote = (text: string): string =>
  /^[\w.:@/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
