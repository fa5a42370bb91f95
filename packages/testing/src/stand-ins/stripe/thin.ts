import type { SentEvent } from '@sluice/simulator'
import { collectionOf } from './stored.ts'
import type { StripeObject } from './stripe-object.ts'

export interface ThinOptions {
  id?: string
  /** Whether it names its snapshot event, as Stripe does where both are sent. Default: true. */
  namesSnapshot?: boolean
}

/** `evt_1` → `evt_thin_1`. */
const thinIdOf = (id: string): string => id.replace('evt_', 'evt_thin_')

/**
 * The thin event of the same change as a snapshot event. An upcoming invoice has no id, so its
 * event names no object. https://docs.stripe.com/webhooks/migrate-snapshot-to-thin-events
 */
export function thinEvent(snapshot: SentEvent, { id, namesSnapshot = true }: ThinOptions = {}): SentEvent {
  const { account, created, data, livemode, type } = JSON.parse(snapshot.body)
  const event = {
    id: id ?? thinIdOf(snapshot.id),
    object: 'v2.core.event',
    type: `v1.${type}`,
    livemode,
    created: new Date(created * 1000).toISOString(),
    ...(account && { context: account }),
    ...(data.object.id && { related_object: relatedObject(data.object) }),
    ...(namesSnapshot && { snapshot_event: snapshot.id }),
  }
  return { provider: 'stripe', id: event.id, type: event.type, at: snapshot.at, body: JSON.stringify(event, null, 2) }
}

const relatedObject = (object: StripeObject) => ({
  id: object.id,
  type: object.object,
  url: `${collectionOf(object)}/${object.id}`,
})
