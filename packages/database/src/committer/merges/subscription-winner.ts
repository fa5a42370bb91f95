import type { SubscriptionContents } from '@sluice/events'

export interface Candidate {
  digest: string
  contents: SubscriptionContents
  /** The old values of what its event changed. */
  previous: Partial<SubscriptionContents>
}

const RANK = ['incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'incomplete_expired', 'canceled']

/**
 * Of the contents that Stripe gave for one and the same second, the last. First those go that another names as its
 * past; among what is left the more advanced status wins, then the digest: any rule will do, if it is always the same.
 */
export function winnerOf(candidates: Candidate[]): SubscriptionContents | undefined {
  const latest = candidates.filter((one) => !candidates.some((other) => other !== one && isPastOf(one, other)))
  const left = latest.length > 0 ? latest : candidates // each names another: they went round in a circle
  return [...left].sort((a, b) => rank(b) - rank(a) || (a.digest < b.digest ? 1 : -1))[0]?.contents
}

const rank = ({ contents }: Candidate): number => RANK.indexOf(contents.status)

function isPastOf(one: Candidate, other: Candidate): boolean {
  const named = Object.entries(other.previous)
  if (named.length === 0) return false
  return named.every(([column, old]) => one.contents[column as keyof SubscriptionContents] === old)
}
