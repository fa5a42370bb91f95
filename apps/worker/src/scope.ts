import { type Decision, type Handler, ignored, type ReceivedEvent } from '@sluice/events'

export interface Scope {
  /** Events of the other mode are ignored; unset takes both. */
  livemode: boolean | undefined
  /** Connected accounts whose events are handled; empty takes all. */
  accounts: string[]
  /** Stripe's types that are handled, `*` at the end allowed; empty takes all that have a handler. */
  eventTypes: string[]
}

/** Puts the deployment's scope before the handlers: what is out of it is recorded, and ignored with the reason. */
export function within({ livemode, accounts, eventTypes }: Scope, decide: Handler): Handler {
  const matches = eventTypes.map((pattern) => matcherOf(pattern))
  return (event: ReceivedEvent): Decision => {
    if (event.provider !== 'stripe') return decide(event)
    if (livemode !== undefined && event.livemode !== null && event.livemode !== livemode) return ignored('other mode')
    if (accounts.length > 0 && event.account !== null && !accounts.includes(event.account))
      return ignored('account not in STRIPE_ACCOUNTS')
    if (matches.length > 0 && !matches.some((match) => match(event.type)))
      return ignored('type not in STRIPE_EVENT_TYPES')
    return decide(event)
  }
}

const matcherOf = (pattern: string) =>
  pattern.endsWith('*') ? (type: string) => type.startsWith(pattern.slice(0, -1)) : (type: string) => type === pattern
