import { createHash } from 'node:crypto'
import { importEventId, importTypeOf, type VerifiedEvent } from '@sluice/events'
import { MAX_UNIX_SECONDS } from '../../../time.ts'
import { fetchedEvent } from '../fetched-event.ts'

export type StripeObject = Record<string, unknown>

/** The account that a key reads. */
export interface ImportOrigin {
  /** A connected account; null for our own. */
  account: string | null
  livemode: boolean | null
}

/** An object as it was fetched. */
export interface ImportedObject extends ImportOrigin {
  /** Its kind and id, unique within its account: `subscription.sub_1`. */
  name: string
  id: string
  kind: string
  /** Hash of what it says. */
  digest: string
  /** The time of its facts. */
  at: Date
  object: StripeObject
  /** Set if it says that the customer of this id has nothing. */
  isEmpty?: true
}

/**
 * The time of a state that was fetched by a request with this date (`Fetched.date`): the last millisecond before the
 * second in which Stripe may have read it. Events have whole seconds. So every event that Stripe created after the read
 * is later, every event of an earlier second is earlier, and none is of the same time. An event of the same second
 * wins, also if it came before the read: then it says the same, or an event of the newer state follows.
 */
export const timeOfState = (fetchedAt: Date): Date => new Date(fetchedAt.getTime() - 1_001)

export function timeOf(value: unknown): Date | null {
  const isTime = typeof value === 'number' && value >= 0 && value <= MAX_UNIX_SECONDS
  return isTime ? new Date(value * 1000) : null
}

/** Links and secrets that Stripe makes anew for each request. */
const FLEETING = new Set([
  'client_secret',
  'confirmation_secret',
  'hosted_invoice_url',
  'invoice_pdf',
  'pdf',
  'receipt_url',
])

/** Independent of the order of fields. */
function digestOf(origin: ImportOrigin, object: StripeObject): string {
  const text = JSON.stringify([origin.account, origin.livemode, object], (key, value) => {
    if (FLEETING.has(key)) return undefined
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
  return createHash('sha256').update(text).digest('hex')
}

/** Longer ids than Stripe's own, which a merchant may choose for a product or price, are hashed. */
const ID_MAX = 120

export function importedObject(
  { account, livemode }: ImportOrigin,
  { kind, id, at }: { kind: string; id: string; at: Date },
  object: StripeObject,
): ImportedObject {
  const own = object['livemode']
  const origin = { account, livemode: typeof own === 'boolean' ? own : livemode }
  const short = id.length > ID_MAX ? createHash('sha256').update(id).digest('hex') : id
  return { ...origin, name: `${kind}.${short}`, id, kind, digest: digestOf(origin, object), at, object }
}

/**
 * The event of an imported object, for the inbox.
 *
 * @param repeat see `importEventId`
 * @throws RefusalError when its id is unsuitable for a row.
 */
export function importEvent(imported: ImportedObject, repeat = 0): VerifiedEvent {
  const { name, kind, digest, account, livemode, at, object } = imported
  const id = importEventId({ digest, object: name, repeat })
  const event = fetchedEvent({ id, type: importTypeOf(kind), livemode, account, cause: 'import' }, object, at)
  return { ...event, occurredAt: at }
}
