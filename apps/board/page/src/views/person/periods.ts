import type { PersonHistory } from '../../api/types.ts'

export type Moment = PersonHistory['moments'][number]
export type Period = PersonHistory['periods'][number]

/** The periods that hold after the commit at this time. Times in ISO 8601 are compared as text. */
export const stateAt = (periods: readonly Period[], at: string): Period[] =>
  periods.filter(({ from, until }) => (from === null || from <= at) && (until === null || at < until))

/** The columns of a subscription besides its status, in words. */
export function textOf({ values }: Period): string {
  const { price_id: price, quantity, current_period_end: end, cancel_at_period_end: isLast } = values
  const day = typeof end === 'string' ? end.slice(0, 10) : null
  return [
    price,
    typeof quantity === 'number' && quantity !== 1 && `× ${quantity}`,
    day && `${isLast ? 'ends' : 'renews'} ${day}`,
  ]
    .filter(Boolean)
    .join(' ')
}
