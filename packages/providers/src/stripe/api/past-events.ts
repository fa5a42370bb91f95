import type { ConnectedAccount, RecordedObjects, VerifiedEvent } from '@sluice/events'
import type { Endpoint } from './endpoints.ts'

export interface PastQuestion {
  /** Our endpoints; null if the key may not list them. */
  endpoints: Endpoint[] | null
  accounts: ConnectedAccount[]
  recorded: Pick<RecordedObjects, 'firstWebhook'>
}

/**
 * Whether an event of Stripe happened before it could be sent here.
 *
 * @param pendingWebhooks number of endpoints that have not accepted it: https://docs.stripe.com/api/events/object
 */
export type IsPast = (event: VerifiedEvent, pendingWebhooks: unknown) => Promise<boolean>

/**
 * An event is past if it is older than the endpoint of its account, or than the authorization of its connected account.
 * An event in the same second is not past. If the first webhook came here later than the event, and Stripe says that
 * every endpoint had accepted it, then somebody else took it, such as the program that had our address before.
 */
export function pastEvents({ endpoints, accounts, recorded }: PastQuestion): IsPast {
  const authorizedAt = new Map(accounts.map((one) => [one.account, one.authorizedAt]))
  return async (event, pendingWebhooks) => {
    const { account, occurredAt } = event
    if (!occurredAt) return false
    const first = wholeSecond(await recorded.firstWebhook(event))
    const since = latest(listeningSince(creationsOf(endpoints ?? [], account), first), authorizedAt.get(account ?? ''))
    if (since === null || occurredAt < since) return true
    return pendingWebhooks === 0 && (first === null || occurredAt < first)
  }
}

/**
 * Since when an endpoint of ours has sent events here; null if that is not known.
 *
 * Several endpoints may have our path, such as those of another deployment: ours is the newest one that existed when the
 * first webhook came. If all are newer than that, ours was made anew. Without a list of endpoints, only the first webhook
 * tells.
 *
 * @param creations ascending
 */
export function listeningSince(creations: Date[], firstWebhook: Date | null): Date | null {
  if (firstWebhook === null) return creations.at(-1) ?? null
  return creations.findLast((created) => created <= firstWebhook) ?? firstWebhook
}

/** Only an endpoint of a Connect application receives events of connected accounts: https://docs.stripe.com/connect/webhooks */
function creationsOf(endpoints: Endpoint[], account: string | null): Date[] {
  const ofAccount = endpoints.filter(({ application }) => ((application ?? null) !== null) === (account !== null))
  return (ofAccount.length > 0 ? ofAccount : endpoints)
    .flatMap(({ created }) => (typeof created === 'number' ? new Date(created * 1000) : []))
    .sort((a, b) => a.getTime() - b.getTime())
}

/** An event has whole seconds. */
const wholeSecond = (at: Date | null): Date | null => at && new Date(Math.floor(at.getTime() / 1000) * 1000)

/** An unknown start stays unknown. */
const latest = (since: Date | null, authorizedAt: Date | null | undefined): Date | null =>
  since && authorizedAt && authorizedAt > since ? authorizedAt : since
