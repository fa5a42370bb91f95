import { type Event, RefusalError } from '@sluice/events'
import { z } from 'zod'
import { describing, identifier, idOf, isObject } from '../text.ts'
import { isoDate, MAX_UNIX_SECONDS } from '../time.ts'

/** The columns of the inbox that are read from the body. */
export type StripeEvent = Event & { orderingKey: string; customerId: string | null; subscriptionId: string | null }

/** A snapshot event carries its object (https://docs.stripe.com/api/events/object). */
const snapshotEvent = z.object({
  object: z.literal('event'),
  id: z.string(),
  type: z.string(),
  created: z.number().int().min(0).max(MAX_UNIX_SECONDS),
  livemode: z.boolean().nullable().catch(null),
  account: z.unknown().optional(),
  context: z.unknown().optional(),
  api_version: z.unknown().optional(),
  /** Null in a `ping`. */
  data: z.object({ object: z.custom<Record<string, unknown>>(isObject).nullable() }),
})

/** A thin event only names its object (https://docs.stripe.com/api/v2/core/events/object). */
const thinEvent = z.object({
  object: z.literal('v2.core.event'),
  id: z.string(),
  type: z.string(),
  created: z.string().optional(),
  livemode: z.boolean().nullable().catch(null),
  context: z.unknown().optional(),
  related_object: z.custom<Record<string, unknown>>(isObject).nullish(),
})

const stripeEvent = z.discriminatedUnion('object', [snapshotEvent, thinEvent])

/** @throws RefusalError `invalid_payload` when the body is neither a snapshot event nor a thin event. */
export function readStripeEvent(payload: unknown): StripeEvent {
  const { success, data } = stripeEvent.safeParse(payload)
  if (!success) throw new RefusalError('invalid_payload', 'not_an_event')
  return data.object === 'event' ? fromSnapshot(data) : fromThin(data)
}

function fromSnapshot(event: z.output<typeof snapshotEvent>): StripeEvent {
  const object = event.data.object ?? {}
  const customerId = object['object'] === 'customer' ? idOf(object) : idOf(object['customer'])
  const account = describing(event.account) ?? accountOf(event.context)
  return {
    provider: 'stripe',
    eventId: identifier(event.id),
    type: identifier(event.type),
    livemode: event.livemode,
    account,
    apiVersion: describing(event.api_version),
    occurredAt: new Date(event.created * 1000),
    customerId,
    subscriptionId: subscriptionOf(object),
    orderingKey: orderingKey(account, customerId ?? idOf(object) ?? event.id),
  }
}

function fromThin(event: z.output<typeof thinEvent>): StripeEvent {
  const related = event.related_object ?? {}
  const relatedId = (type: string) => (related['type'] === type ? idOf(related) : null)
  const occurredAt = isoDate(event.created)
  if (event.created !== undefined && !occurredAt) throw new RefusalError('invalid_payload', 'not_an_event')
  const account = accountOf(event.context)
  return {
    provider: 'stripe',
    eventId: identifier(event.id),
    type: identifier(event.type),
    livemode: event.livemode,
    account,
    apiVersion: null,
    occurredAt,
    customerId: relatedId('customer'),
    subscriptionId: relatedId('subscription'),
    orderingKey: orderingKey(account, idOf(related) ?? event.id),
  }
}

/** Includes the account, because ids are unique only within an account. */
const orderingKey = (account: string | null, id: string) => `stripe:${account ?? ''}:${id}`

/**
 * The subscription that an object is or belongs to. Reads the field since 2025-03-31.basil first, then the older one.
 */
function subscriptionOf(object: Record<string, unknown>): string | null {
  if (object['object'] === 'subscription') return idOf(object)
  const parent = object['parent']
  const details = isObject(parent) ? parent['subscription_details'] : null
  return (isObject(details) ? idOf(details['subscription']) : null) ?? idOf(object['subscription'])
}

/**
 * The account in an event's authentication context, which is a path from the owner of the endpoint down to the account,
 * such as platform and connected account (https://docs.stripe.com/context). Snapshot events of an organisation's
 * accounts have it in place of `account`:
 * https://docs.stripe.com/changelog/basil/2025-04-30/additional-context-organization-events
 */
function accountOf(context: unknown): string | null {
  return (
    describing(context)
      ?.split('/')
      .findLast((step) => step.startsWith('acct_')) ?? null
  )
}
