import { z } from 'zod'
import { describing, isObject } from '../../text.ts'
import { FINER } from './finer-types.ts'

/** A thin event names what happened, and to which object (https://docs.stripe.com/api/v2/core/events/object). */
export interface ThinEvent {
  /** The object's path in the API; null when the event names none. */
  path: string | null
  objectId: string | null
  /** `invoice`, `checkout.session`, … */
  objectType: string | null
  context: string | null
  /** The id of the snapshot event of the same occurrence, if Stripe creates one. */
  snapshotEvent: string | null
}

/** Matches only paths of the API, because the key is sent to it. */
const PATH = /^\/v[12](\/[\w.~%@+-]+)+$/

const thinEvent = z.object({
  object: z.literal('v2.core.event'),
  related_object: z
    .object({ id: z.string(), type: z.string(), url: z.string().regex(PATH) })
    .nullish()
    .catch(null),
  context: z.unknown().optional(),
  snapshot_event: z
    .string()
    .regex(/^[\w-]{1,200}$/)
    .nullish()
    .catch(null),
})

/** Null if it is not a thin event. */
export function readThinEvent(payload: unknown): ThinEvent | null {
  const { success, data } = thinEvent.safeParse(payload)
  if (!success) return null
  const { related_object: related, context, snapshot_event: snapshotEvent } = data
  return {
    path: related?.url ?? null,
    objectId: related?.id ?? null,
    objectType: related?.type ?? null,
    context: describing(isObject(context) ? context['id'] : context),
    snapshotEvent: snapshotEvent ?? null,
  }
}

/**
 * The type of the snapshot event that says the same: `v1.invoice.paid` → `invoice.paid`. A finer type, which names the
 * part of an object that changed, is an update of the object: `v1.customer.subscription.past_due` →
 * `customer.subscription.updated`. Types of v2 have no snapshot event and keep their name.
 */
export function snapshotTypeOf(type: string): string {
  const name = type.replace(/^v1\./, '')
  return name !== type && FINER.has(name) ? `${name.slice(0, name.lastIndexOf('.'))}.updated` : name
}
