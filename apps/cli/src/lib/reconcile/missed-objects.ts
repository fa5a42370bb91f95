import type { VerifiedEvent } from '@sluice/events'

/** An object of a provider, and what was missed of it. */
export interface MissedObject {
  provider: string
  account: string | null
  /** The provider's id of it; of the event where it has none, as an upcoming invoice. */
  id: string
  events: { id: string; type: string; at: Date | null }[]
}

/** The events by the object that each is about, as they came. */
export function missedObjects(events: VerifiedEvent[]): MissedObject[] {
  const objects = new Map<string, MissedObject>()
  for (const event of events) {
    const { provider, account, eventId, type, occurredAt } = event
    const id = objectId(event) ?? eventId
    const key = `${provider} ${account} ${id}`
    const object = objects.get(key) ?? { provider, account, id, events: [] }
    object.events.push({ id: eventId, type, at: occurredAt })
    objects.set(key, object)
  }
  return [...objects.values()]
}

function objectId({ provider, rawBody }: VerifiedEvent): string | undefined {
  const body = JSON.parse(rawBody.toString())
  return provider === 'stripe' ? body.data?.object?.id : body.id
}
