import type { Settled } from '@sluice/database/commit'
import { type InboxRow, loadRow, loadStripeEvent } from '@sluice/database/inbox'
import type { Pool } from '@sluice/database/pool'
import { ignoreThinEvent, isDeauthorized, processThinEvent } from '@sluice/database/reconcile'
import { RefusalError, type VerifiedEvent } from '@sluice/events'
import { handledTypes } from '@sluice/handlers'
import {
  type Fetched,
  fetchedEvent,
  type OutOfScope,
  readThinEvent,
  StripeApiError,
  sentEvent,
  snapshotTypeOf,
  type ThinEvent,
} from '@sluice/providers/stripe/api'
import type { Producer } from '@sluice/queue'
import type { FetchObject } from './fetch-object.ts'

export interface Fetching {
  pool: Pool
  producer: Producer
  outOfScope: OutOfScope
  /** Undefined without an API key. */
  fetchObject: FetchObject | undefined
}

/** The outcome of a thin event. `later`: Stripe is unavailable; `afterMs` is the delay that it requested, or 0. */
export type ThinSettled = Exclude<Settled, { outcome: 'thin' }> | { outcome: 'later'; afterMs: number }

const HANDLED = new Set(handledTypes)

/**
 * These need no object, because they only concern the account they come from
 * (https://docs.stripe.com/connect/webhooks).
 */
const ABOUT_THE_ACCOUNT = new Set(['account.application.authorized', 'account.application.deauthorized'])

/** These need only the id of a deleted object. */
const DELETIONS = new Set(['customer.deleted'])

/** The types of thin events start with v1 or v2 (https://docs.stripe.com/event-destinations#thin-events). */
export const isThin = ({ provider, type }: Pick<VerifiedEvent, 'provider' | 'type'>): boolean =>
  provider === 'stripe' && /^v\d+\./.test(type)

/**
 * Fetches the object that a thin event names and appends it to the inbox as the corresponding snapshot event, under
 * that event's own id. So the snapshot event is recorded once, even if Stripe sends it as well.
 */
export async function settleThin(fetching: Fetching, rowId: string): Promise<ThinSettled> {
  const row = await loadRow(fetching.pool, rowId)
  if (row === undefined) return { outcome: 'missing' }
  if (row.status !== 'received' && row.status !== 'failed')
    return { outcome: 'settled', event: { provider: row.provider, eventId: row.eventId } }
  if (row.isErased) return failed('body_erased', 'the body of this event has been erased')
  const thin = readThinEvent(JSON.parse(row.rawBody.toString()))
  if (thin === null) return failed('invalid_object', 'event: neither a thin nor a snapshot event')
  const reason = await reasonToIgnore(fetching, row, thin)
  if (reason !== null) return ignore(fetching, row, reason)
  try {
    return await appendSnapshot(fetching, row, thin)
  } catch (error) {
    return outcomeOfError(error)
  }
}

async function reasonToIgnore({ pool, outOfScope }: Fetching, row: InboxRow, thin: ThinEvent): Promise<string | null> {
  const reason = outOfScope(row)
  if (reason !== null) return reason
  const type = snapshotTypeOf(row.type)
  if (!HANDLED.has(type)) return 'no handler for this type'
  if (ABOUT_THE_ACCOUNT.has(type)) return null
  if (thin.path === null && thin.snapshotEvent === null) return 'thin event: it names no object to fetch'
  return (await isDeauthorized(pool, row.account)) ? 'account deauthorized' : null
}

const snapshotIdOf = (row: InboxRow, thin: ThinEvent): string => thin.snapshotEvent ?? `${row.eventId}-fetched`

/** A recorded snapshot event is not fetched again, neither for a second thin event nor in a replay. */
async function appendSnapshot(fetching: Fetching, row: InboxRow, thin: ThinEvent): Promise<ThinSettled> {
  const snapshot = await loadStripeEvent(fetching.pool, snapshotIdOf(row, thin))
  if (snapshot) return append(fetching, row, snapshot)
  if (ABOUT_THE_ACCOUNT.has(snapshotTypeOf(row.type))) return append(fetching, row, ofAccount(row, thin))
  if (!fetching.fetchObject) return ignore(fetching, row, 'thin event: STRIPE_API_KEY is not set')

  // An event's context is more specific than its account.
  const owner = thin.context ? { context: thin.context } : { account: row.account }
  if (thin.path === null) return appendSent(fetching, row, await fetching.fetchObject(pathOfSnapshot(row, thin), owner))
  const fetched = await fetching.fetchObject(thin.path, owner)
  const object = objectOf(row, thin, fetched)
  if (object !== null) return append(fetching, row, fetchedEvent(originOf(row, thin), object, fetched.date))
  if (thin.snapshotEvent === null || !isDeletion(row)) return ignore(fetching, row, 'thin event: its object is gone')
  return appendSent(fetching, row, await fetching.fetchObject(pathOfSnapshot(row, thin), owner))
}

const isDeletion = ({ type }: InboxRow): boolean => snapshotTypeOf(type).endsWith('.deleted')

/**
 * An upcoming invoice, or a summary of entitlements, has no id, and a deleted product, price, plan or draft of an
 * invoice cannot be fetched: only the snapshot event contains it.
 */
const pathOfSnapshot = (row: InboxRow, thin: ThinEvent): string => `/v1/events/${snapshotIdOf(row, thin)}`

async function appendSent(fetching: Fetching, row: InboxRow, { object }: Fetched): Promise<ThinSettled> {
  const event = object && sentEvent(object, row.account, row.eventId)
  return event ? append(fetching, row, event) : ignore(fetching, row, 'thin event: its snapshot event is gone')
}

const ofAccount = (row: InboxRow, thin: ThinEvent): VerifiedEvent =>
  fetchedEvent(originOf(row, thin), { object: 'application' }, row.occurredAt ?? row.receivedAt)

function objectOf({ type }: InboxRow, thin: ThinEvent, { object }: Fetched): Record<string, unknown> | null {
  if (object !== null || !DELETIONS.has(snapshotTypeOf(type))) return object
  return { id: thin.objectId, object: thin.objectType, deleted: true }
}

const originOf = (row: InboxRow, thin: ThinEvent) => ({
  id: snapshotIdOf(row, thin),
  type: snapshotTypeOf(row.type),
  livemode: row.livemode,
  account: row.account,
  cause: row.eventId,
})

function outcomeOfError(error: unknown): ThinSettled {
  if (error instanceof RefusalError) return failed('invalid_object', 'event: its ids are too long')
  if (!(error instanceof StripeApiError)) throw error
  if (error.code === 'stripe_unavailable') return { outcome: 'later', afterMs: error.retryAfterMs }
  return failed(error.code, error.message)
}

async function append({ pool, producer }: Fetching, row: InboxRow, event: VerifiedEvent): Promise<ThinSettled> {
  const { provider, eventId, type } = event
  const id = await processThinEvent(pool, row.id, event)
  await producer.enqueue({ provider, eventId, type, id }).catch(() => {}) // the sweeper finds it
  return { outcome: 'processed', event: idsOf(row), effects: [] }
}

async function ignore({ pool }: Fetching, row: InboxRow, reason: string): Promise<ThinSettled> {
  await ignoreThinEvent(pool, row.id, reason)
  return { outcome: 'ignored', event: idsOf(row), reason }
}

const failed = (code: string, message: string): ThinSettled => ({
  outcome: 'failed',
  code,
  message,
})

const idsOf = ({ provider, eventId, type, receivedAt }: InboxRow) => ({
  provider,
  eventId,
  type,
  receivedAt,
  payments: { succeeded: 0, failed: 0 },
})
