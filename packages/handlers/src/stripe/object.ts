import { EventError, type ReceivedEvent, type StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'

/** The last second of the year 9999. Later times have no four-digit year and are rejected. */
const LAST_SECOND = 253_402_300_799

/** A time in Stripe's format: seconds since 1970. */
export const seconds = z
  .number()
  .min(0)
  .max(LAST_SECOND)
  .transform((value) => new Date(value * 1000))

/** In the currency's minor unit. */
export const amount = z.int()

/** The id of another object, or the object itself if it was expanded. */
export const required = z.union([
  z.string().min(1),
  z.object({ id: z.string().min(1) }).transform((object) => object.id),
])

export const reference = required.nullish()

/** A field that is only displayed. No money or state depends on it, so an invalid value is read as null. */
export const shown = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(null)

/** The host's metadata. Only the user id is read. */
export const metadata = z
  .object({ user_id: z.string().min(1).nullish().catch(null) })
  .nullish()
  .catch(null)

/** The host's metadata of an intent, a charge or a session, with all that it wrote there, since it may name credits. */
export const payerMetadata = shown(z.looseObject({ user_id: shown(z.string().min(1)) }))

const Data = z.object({
  data: z.object({
    object: z.record(z.string(), z.unknown()),
    previous_attributes: z.record(z.string(), z.unknown()).nullish(),
  }),
})

/**
 * `data` of a snapshot event. Its shape depends on the API version of the endpoint, and an event that was rendered late
 * has the fields of two versions. So handlers read the current place first, then the former one, and never check the
 * version.
 *
 * https://docs.stripe.com/api/events/object
 */
export const dataOf = (event: ReceivedEvent) => read(Data, event.payload, 'event').data

/** The account, mode and time that every fact of an event shares. */
export function originOf(event: ReceivedEvent): StripeFact {
  if (event.occurredAt === null) throw new EventError('invalid_object', 'event: created is missing')
  return { account: event.account, livemode: event.livemode, occurredAt: event.occurredAt }
}
