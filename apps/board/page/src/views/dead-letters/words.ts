import type { DeadLetterGroup } from '../../api/types.ts'

/** The state in one word. A group that was resolved and failed again is open, as regressed. */
export const stateOf = ({ state, regressed }: Pick<DeadLetterGroup, 'state' | 'regressed'>): string =>
  state === 'open' && regressed ? 'regressed' : state

/** `23 in 14 days, 5 of them in the last 24 hours`. */
export function dailyLabel(daily: number[]): string {
  const all = daily.reduce((sum, count) => sum + count, 0)
  return `${all} in ${daily.length} days, ${daily.at(-1) ?? 0} of them in the last 24 hours`
}
