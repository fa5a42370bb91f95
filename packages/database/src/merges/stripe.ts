import type { StripeFact } from '@sluice/events'
import type { MergeRules } from './merge-rows.ts'
import { digestOf, known } from './order.ts'

/** The account and mode of an object at Stripe. They never change, so a known value wins over a missing one. */
export interface Origin {
  /** Null for the platform's own. */
  account?: string | null
  /** An unknown mode counts as live. */
  livemode?: boolean | null
  /** Its person was forgotten; see `withoutPerson`. */
  forgotten?: true
  /** The registers of other origins that use the same id; see `ofOneOrigin`. */
  others?: Record<string, Origin>
}

export const originOf = ({
  account,
  livemode,
  forgotten,
}: Pick<StripeFact, 'account' | 'livemode' | 'forgotten'>): Origin =>
  forgotten ? { account, livemode, forgotten } : { account, livemode }

export function joinOrigins(a: Origin, b: Origin): Origin {
  const joined = { account: known(a.account, b.account) ?? null, livemode: known(a.livemode, b.livemode) ?? null }
  return a.forgotten || b.forgotten ? { ...joined, forgotten: true } : joined
}

export const columnsOfOrigin = ({ account, livemode }: Origin) => ({
  account: account ?? null,
  livemode: livemode ?? null,
})

/** Bounds a row. Ids of two origins are equal only where objects were copied, or where the merchant chose the id. */
const ORIGINS_KEPT = 8

/**
 * Ids are unique only within an account and mode, and a connected account decides what its events name. So a row belongs
 * to one origin, and facts of another change nothing that can be seen of it. The platform comes before connected
 * accounts, of which the lesser id comes first, and live before test mode. That order is fixed, and the facts of all
 * origins are kept, so that the order of arrival decides nothing.
 */
export const ofOneOrigin =
  <R extends Origin>(join: (a: R, b: R) => R) =>
  (a: R, b: R): R => {
    if (!a.others && !b.others && nameOf(a) === nameOf(b)) return join(a, b)
    const byOrigin = new Map<string, R>()
    for (const one of [...eachOrigin(a), ...eachOrigin(b)]) {
      const name = nameOf(one)
      byOrigin.set(name, join(byOrigin.get(name) ?? one, one))
    }
    const [owner, ...others] = [...byOrigin].sort(([x], [y]) => (x < y ? -1 : 1)).slice(0, ORIGINS_KEPT)
    return others.length === 0 ? (owner?.[1] ?? a) : { ...(owner?.[1] ?? a), others: Object.fromEntries(others) }
  }

/** The registers of each origin that has told of the row, the owner's first. */
export function eachOrigin<R extends Origin>({ others, ...owner }: R): R[] {
  return [owner as R, ...(Object.values(others ?? {}) as R[])]
}

/** Whether several origins have told of a row. */
export const isContested = (registers: Origin): boolean => registers.others !== undefined

/** Sorts in the order of precedence. */
const nameOf = ({ account, livemode }: Origin): string => `${account ?? ''}:${livemode === false ? 'test' : 'live'}`

/** Whether two rows belong to one origin. SQL of their aliases. */
export const sameOrigin = (a: string, b: string): string =>
  `(${a}.account IS NOT DISTINCT FROM ${b}.account AND (${a}.livemode IS FALSE) = (${b}.livemode IS FALSE))`

/** The settings of access: the accounts that they name, and the mode, if they name one. */
interface ScopeSettings {
  accounts: readonly string[]
  livemode: boolean | undefined
  production: boolean
}

/** In production, test mode gives access only if the settings name it: anybody can pay with a test card. */
export const originRules = ({ accounts, livemode, production }: ScopeSettings) => ({
  accounts: new Set(accounts),
  liveOnly: production && livemode !== false,
})

/**
 * Whether objects of this origin may be linked to users of the host, and give them a role and entitlements. Those of a
 * forgotten person never may, also if the host still names their customer.
 */
export const givesAccess = (origin: Origin, rules: OriginRules): boolean =>
  !origin.forgotten && whyNoAccess(origin, rules) === null

type OriginRules = Pick<MergeRules, 'accounts' | 'liveOnly'>

export type NoAccess = 'account' | 'mode'

/** The setting that keeps an origin from giving access; null if none does. The platform's own account needs no name. */
export function whyNoAccess({ account, livemode }: Origin, { accounts, liveOnly }: OriginRules): NoAccess | null {
  if (account && !accounts?.has(account)) return 'account'
  return liveOnly && livemode === false ? 'mode' : null
}

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
