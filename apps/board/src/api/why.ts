import type { PersonRows } from '@sluice/database/inspect'

type Known = Pick<PersonRows, 'user' | 'subscriptions' | 'customers'> & Partial<Pick<PersonRows, 'roles'>>

type User = NonNullable<PersonRows['user']>

type Subscription = PersonRows['subscriptions'][number]

export interface Reason {
  /** One sentence. */
  text: string
  /** The subscription that decides. */
  subscriptionId: string | null
  /** The event that gave the role; null if none is recorded. */
  event: { provider: string; eventId: string; type: string } | null
}

/** Why the user has the role. The rules are those of `deriveRoles` in the database. */
export function reasonOf({ user, subscriptions, customers, roles = [] }: Known, now = new Date()): Reason {
  if (user === null) return { text: withoutUser(customers[0]?.id ?? 'The customer'), subscriptionId: null, event: null }
  const own = subscriptions.filter(({ userId }) => userId === user.id)
  const premium = own.find((one) => givesPremium(one, now))
  const latest = premium ?? own[0]
  const because = latest ? becauseOf(user, latest, now) : withoutSubscription(user, subscriptions)
  return {
    text: `${user.id} is ${user.role} because ${because}.`,
    subscriptionId: latest?.id ?? null,
    event: eventOfRole(user, roles),
  }
}

const withoutUser = (name: string): string =>
  `${name} belongs to no user, so it gives nobody a role: no users.stripe_customer_id is this customer, and no event names a user that exists.`

/** Of the present role. The host may have given another one since, which is not recorded. */
function eventOfRole({ role }: User, [last]: PersonRows['roles']): Reason['event'] {
  if (!last || last.after !== role) return null
  const { provider, eventId, type } = last
  return provider === null || eventId === null || type === null ? null : { provider, eventId, type }
}

const givesPremium = ({ isActive, givesPremium, accessUntil }: Subscription, now: Date): boolean =>
  isActive && givesPremium && !(accessUntil !== null && accessUntil <= now)

/** Two users may have the same customer: its subscriptions belong to one of them. */
function withoutSubscription({ id, role, hostRole }: User, subscriptions: Subscription[]): string {
  const [other] = subscriptions.filter(({ userId }) => userId !== null && userId !== id)
  if (other) return `subscription ${other.id} of its customer ${other.customerId} belongs to ${other.userId}`
  const [unlinked] = subscriptions
  if (unlinked) return `subscription ${unlinked.id} of ${unlinked.customerId} is linked to no user`
  return role === 'PREMIUM' || hostRole === null
    ? 'no subscription of it is known, so it keeps the role that the host application gave'
    : 'it has no subscription any more'
}

function becauseOf({ role }: User, one: Subscription, now: Date): string {
  if (givesPremium(one, now)) return `subscription ${one.id} is ${one.status}${untilOf(one)}`
  if (role === 'PREMIUM') return 'the host application gave that role, and no subscription that has started decides'
  return `subscription ${one.id} ${withoutAccess(one, now)}`
}

function untilOf({ accessUntil, cancelAtPeriodEnd, currentPeriodEnd, hasSnapshot, status }: Subscription): string {
  if (accessUntil)
    return `, by a payment, until ${dayOf(accessUntil)}${hasSnapshot ? '' : '; Stripe has not told its state yet'}`
  if (status === 'past_due') return ': a payment failed, and the grace period lasts'
  if (!currentPeriodEnd) return ''
  return cancelAtPeriodEnd ? ` and ends on ${dayOf(currentPeriodEnd)}` : ` until ${dayOf(currentPeriodEnd)} at least`
}

/** Why a subscription gives no PREMIUM. */
function withoutAccess(one: Subscription, now: Date): string {
  const { status, isActive, canceledAt, accessUntil, hasSnapshot } = one
  if (accessUntil !== null && accessUntil <= now)
    return `was paid until ${dayOf(accessUntil)}, and no more is known of it`
  if (isActive) return `is ${status}, but none of its prices gives PREMIUM`
  if (!hasSnapshot && status === 'active') return 'was paid, and gives access as soon as Stripe has told its state'
  if (!hasSnapshot) return 'is known only by its invoices, of which none is paid'
  if (status === 'canceled') return `was canceled${canceledAt ? ` on ${dayOf(canceledAt)}` : ''}`
  if (status === 'past_due') return 'is past_due, and the grace period is switched off'
  if (status === 'unpaid') return 'is unpaid: its payments failed, and the grace period has ended'
  if (status === 'incomplete' || status === 'incomplete_expired')
    return `is ${status}: its first payment has not succeeded`
  return `is ${status}`
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10)
