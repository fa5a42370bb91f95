import { providerOf } from '@sluice/providers'
import type { Delivery } from './delivery.ts'

/** Differences from the sample. */
export interface EventChanges {
  /** The customer in place of the sample's. */
  customer?: string | undefined
  /** Only names its object, which the worker then fetches: https://docs.stripe.com/webhooks#snapshot-and-thin-events */
  isThin?: boolean | undefined
}

/** The same event with these changes. */
export function changeEvent(delivery: Delivery, { customer, isThin }: EventChanges): Delivery {
  const body = customer ? delivery.body.replaceAll(/\bcus_\w+/g, customer) : delivery.body
  if (delivery.provider !== 'stripe' || !isThin) return { ...delivery, body }
  return { ...delivery, body: JSON.stringify(thinOf(JSON.parse(body)), null, 2) }
}

interface Snapshot {
  id: string
  type: string
  created: number
  livemode: boolean
  data: { object: { id?: string; object?: string } }
}

/** https://docs.stripe.com/api/v2/core/events/object */
function thinOf({ id, type, created, livemode, data: { object } }: Snapshot) {
  const { id: related, object: kind = 'object' } = object
  return {
    ...{ id, object: 'v2.core.event', type: `v1.${type}`, livemode, created: new Date(created * 1000).toISOString() },
    ...(related && {
      related_object: { id: related, type: kind, url: `/v1/${kind.replaceAll('.', '/')}s/${related}` },
    }),
  }
}

/** The event id of a body of this provider; undefined where it is in a header, or the body has none. */
export function idIn(provider: string, body: string): string | undefined {
  const key = providerOf(provider).eventId.bodyKey
  const id: unknown = key === null ? undefined : JSON.parse(body)[key]
  return typeof id === 'string' ? id : undefined
}
