import {
  CHECKOUT_LINES_TYPE,
  type Decision,
  type Event,
  type Handler,
  ignored,
  isImportType,
  type ReceivedEvent,
} from '@sluice/events'
import { snapshotTypeOf } from './thin-event.ts'

export interface Scope {
  /** Events of the other mode are ignored; undefined: both are handled. */
  livemode: boolean | undefined
  /** Connected accounts whose events are handled; empty: all. */
  accounts: string[]
  /** Stripe types that are handled, `*` at the end allowed; empty: all that have a handler. */
  eventTypes: string[]
}

/** The reason why an event is out of this deployment's scope; null when it is in scope. */
export type OutOfScope = (event: Pick<Event, 'provider' | 'type' | 'account' | 'livemode'>) => string | null

/** A thin event is matched by the type of its snapshot event. A fetched object was asked for, whatever the types. */
export function outOfScope({ livemode, accounts, eventTypes }: Scope): OutOfScope {
  const matches = eventTypes.map((pattern) => typeMatcher(pattern))
  return (event) => {
    if (event.provider !== 'stripe') return null
    if (livemode !== undefined && event.livemode !== null && event.livemode !== livemode) return 'other mode'
    if (accounts.length > 0 && event.account !== null && !accounts.includes(event.account))
      return 'account not in STRIPE_ACCOUNTS'
    const isFetched = isImportType(event.type) || event.type === CHECKOUT_LINES_TYPE
    if (matches.length > 0 && !isFetched && !matches.some((match) => match(snapshotTypeOf(event.type))))
      return 'type not in STRIPE_EVENT_TYPES'
    return null
  }
}

/** Wraps `decide`: ignores an event that is out of scope, with the reason. */
export const within =
  (whyNot: OutOfScope, decide: Handler): Handler =>
  (event: ReceivedEvent): Decision => {
    const reason = whyNot(event)
    return reason === null ? decide(event) : ignored(reason)
  }

/** Whether a type matches a pattern: an exact type, or a prefix followed by `*`. */
export const typeMatcher = (pattern: string) =>
  pattern.endsWith('*') ? (type: string) => type.startsWith(pattern.slice(0, -1)) : (type: string) => type === pattern
