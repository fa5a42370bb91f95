import type { StripeFact } from '@sluice/events'
import { known } from './order.ts'

/** Where an object lives at Stripe. It never moves: who knows beats who does not. */
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
