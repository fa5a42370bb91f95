import { isDeepStrictEqual } from 'node:util'
import { FINAL_SUBSCRIPTION_STATUSES, type SubscriptionContents } from '@sluice/events'
import { digestOf } from './order.ts'

/** Rows of earlier versions do not have the customer here. */
export type Contents = SubscriptionContents & { customerId?: string }

export interface Candidate {
  digest: string
  contents: Contents
  /** The old values of the columns that its event changed. */
  previous: Partial<SubscriptionContents>
}

const RANK: string[] = [
  ...['incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused'],
  ...FINAL_SUBSCRIPTION_STATUSES,
]

/**
 * Picks the latest of several snapshots of one second. A snapshot that matches the previous values of another is
 * dropped. Then the more advanced status wins, then the larger digest: an arbitrary but stable rule.
 */
export const winnerOf = (candidates: Candidate[]): Contents | undefined =>
  latestOf(candidates).sort((a, b) => rank(b) - rank(a) || (a.digest < b.digest ? 1 : -1))[0]?.contents

/** Whether the snapshots do not show which came last, so that only Stripe can decide. */
export function areUndecided(candidates: Candidate[]): boolean {
  if (candidates.length < 2) return false
  return new Set(latestOf(candidates).map(({ contents }) => digestOf(contents))).size > 1
}

function latestOf(candidates: Candidate[]): Candidate[] {
  const latest = candidates.filter((one) => !candidates.some((other) => other !== one && isPastOf(one, other)))
  return latest.length > 0 ? latest : [...candidates] // every snapshot precedes another: the changes form a cycle
}

const rank = ({ contents }: Candidate): number => RANK.indexOf(contents.status)

function isPastOf(one: Candidate, other: Candidate): boolean {
  const named = Object.entries(other.previous)
  if (named.length === 0) return false
  return named.every(([column, old]) => isEqual(one.contents[column as keyof SubscriptionContents], old))
}

/** A column that an earlier version did not keep counts as null. */
const isEqual = (value: unknown, old: unknown): boolean => value === old || isDeepStrictEqual(value ?? null, old)
