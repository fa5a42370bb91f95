import type { StripeFact } from '@sluice/events'
import { digestOf, known } from './order.ts'

/** The account and mode of an object at Stripe. They never change, so a known value wins over a missing one. */
export interface Origin {
  account?: string | null
  livemode?: boolean | null
}

export const originOf = ({ account, livemode }: StripeFact): Origin => ({ account, livemode })

export const joinOrigins = (a: Origin, b: Origin): Origin => ({
  account: known(a.account, b.account) ?? null,
  livemode: known(a.livemode, b.livemode) ?? null,
})

export const columnsOfOrigin = ({ account, livemode }: Origin) => ({
  account: account ?? null,
  livemode: livemode ?? null,
})

/** Columns that are updated together, with the second of the event that they come from. */
export interface Dated<Contents> {
  /** ISO 8601. */
  second: string
  digest: string
  contents: Contents
}

export const dated = <Contents>({ occurredAt }: StripeFact, contents: Contents): Dated<Contents> => ({
  second: occurredAt.toISOString(),
  digest: digestOf(contents),
  contents,
})
