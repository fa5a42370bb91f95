import type { Fact } from '@sluice/events'
import type { Merged, Traced } from '../merges/index.ts'
import { mergeOf } from '../merges/index.ts'
import { subscriptionMerge } from '../merges/subscription.ts'
import type { Derived } from './derive-users.ts'
import { customerOf } from './stale-caches.ts'

/**
 * The events that new roles follow from, by user: of the events about a customer of the user the last that changed a
 * subscription, else the last.
 *
 * @param written the subscriptions that were written
 */
export function eventsOfRoles(
  facts: Traced<Fact>[],
  { roles, usersOf }: Pick<Derived, 'roles' | 'usersOf'>,
  written: Pick<Merged, 'changed' | 'changedBy'> | undefined,
): Map<string, string> {
  const events = new Map<string, string>()
  if (roles.length === 0) return events
  const deciding = new Map<string, string>()
  for (const fact of facts) {
    const users = usersOf.get(customerOf(fact) ?? '')
    if (!users) continue
    const decides = isDeciding(fact, written)
    for (const user of users) {
      events.set(user, fact.webhookEventId)
      if (decides) deciding.set(user, fact.webhookEventId)
    }
  }
  return new Map([...events, ...deciding])
}

function isDeciding(fact: Traced<Fact>, written: Pick<Merged, 'changed' | 'changedBy'> | undefined): boolean {
  const merge = mergeOf(fact)
  if (merge !== subscriptionMerge || !written) return false
  const key = merge.keyOf(fact)
  const event = written.changedBy?.get(key)
  return event === undefined ? written.changed.has(key) : event === fact.webhookEventId
}
