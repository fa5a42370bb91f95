import type { ListedEvent, VerifiedEvent } from '@sluice/events'
import { providerOf } from '@sluice/providers'

/** A provider's object and its missed events. */
export interface MissedObject {
  provider: string
  account: string | null
  /** The object's id, or the event's if the object has none, like an upcoming invoice. */
  id: string
  /** `silent`: it happened before its webhook endpoint existed, so it is recorded without e-mail. */
  events: { id: string; type: string; at: Date | null; silent: boolean }[]
}

/** Groups events by object, in their order. */
export function missedObjects(events: ListedEvent[]): MissedObject[] {
  const objects = new Map<string, MissedObject>()
  for (const event of events) {
    const { provider, account, eventId, type, occurredAt, isPast = false } = event
    const id = objectId(event) ?? eventId
    const key = `${provider} ${account} ${id}`
    const object = objects.get(key) ?? { provider, account, id, events: [] }
    object.events.push({ id: eventId, type, at: occurredAt, silent: isPast })
    objects.set(key, object)
  }
  return [...objects.values()]
}

const objectId = ({ provider, rawBody }: VerifiedEvent): string | undefined =>
  providerOf(provider).objectId(JSON.parse(rawBody.toString()))
