import type { PersonRows } from '@sluice/database/inspect'

type Subscription = PersonRows['subscriptions'][number]

export interface Reason {
  /** One sentence. */
  text: string
  /** The subscription that decides. */
  subscriptionId: string | null
}

/** Why the user has the role. The rules are those of `deriveRoles` in the database. */
export function reasonOf(
  { user, subscriptions, customers }: Pick<PersonRows, 'user' | 'subscriptions' | 'customers'>,
  now = new Date(),
): Reason {
  if (user === null) {
    const name = customers[0]?.id ?? 'The customer'
    return { text: `${name} belongs to no user, so it gives nobody a role.`, subscriptionId: null }
  }
  const own = subscriptions.filter(({ userId }) => userId === user.id)
  const premium = own.find((one) => givesPremium(one, now))
  const latest = premium ?? own[0]
  const text = `${user.id} is ${user.role} because ${latest ? because(user, latest, now) : withoutSubscription(user)}.`
  return { text, subscriptionId: latest?.id ?? null }
}

const givesPremium = ({ isActive, givesPremium, accessUntil }: Subscription, now: Date): boolean =>
  isActive && givesPremium && !(accessUntil !== null && accessUntil <= now)

const withoutSubscription = ({ role, hostRole }: NonNullable<PersonRows['user']>): string =>
  role === 'PREMIUM' || hostRole === null
    ? 'no subscription of it is known, so it keeps the role that the host application gave'
    : 'it has no subscription any more'

function because({ role }: NonNullable<PersonRows['user']>, one: Subscription, now: Date): string {
  if (givesPremium(one, now)) return `subscription ${one.id} is ${one.status}${untilOf(one)}`
  if (role === 'PREMIUM') return 'the host application gave that role, and no subscription that has started decides'
  return `subscription ${one.id} ${withoutAccess(one, now)}`
}

function untilOf({ accessUntil, cancelAtPeriodEnd, currentPeriodEnd }: Subscription): string {
  if (accessUntil) return `, by a payment, until ${dayOf(accessUntil)}`
  if (!currentPeriodEnd) return ''
  return cancelAtPeriodEnd ? ` and ends on ${dayOf(currentPeriodEnd)}` : ` until ${dayOf(currentPeriodEnd)} at least`
}

/** Why a subscription gives no PREMIUM. */
function withoutAccess(one: Subscription, now: Date): string {
  const { status, isActive, canceledAt, accessUntil, hasSnapshot } = one
  if (accessUntil !== null && accessUntil <= now)
    return `was paid until ${dayOf(accessUntil)}, and no more is known of it`
  if (isActive) return `is ${status}, but none of its prices gives PREMIUM`
  if (!hasSnapshot) return 'is known only by its invoices, of which none is paid'
  if (status === 'canceled') return `was canceled${canceledAt ? ` on ${dayOf(canceledAt)}` : ''}`
  if (status === 'past_due') return 'is past_due, and the grace period is switched off'
  if (status === 'incomplete' || status === 'incomplete_expired')
    return `is ${status}: its first payment has not succeeded`
  return `is ${status}`
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10)
