import { EventError, type ReceivedEvent, type StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../failure.ts'

/** The last second of the year 9999: later ones have no four-digit year and are no times. */
const LAST_SECOND = 253_402_300_799

/** Stripe counts whole seconds since 1970. */
export const seconds = z
  .number()
  .min(0)
  .max(LAST_SECOND)
  .transform((value) => new Date(value * 1000))

/** In the currency's minor unit. */
export const amount = z.int()

/** The id of another object, which stands there whole when it was expanded. */
export const required = z.union([
  z.string().min(1),
  z.object({ id: z.string().min(1) }).transform((object) => object.id),
])

export const reference = required.nullish()

/** What is only shown to people: no money and no state hangs on it, so one that is odd is none. */
export const shown = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(null)

/** Metadata is the host's; of all of it we read the user. Empty when it names none. */
export const metadata = z
  .object({ user_id: z.string().min(1).nullish().catch(null) })
  .nullish()
  .catch(null)

const Data = z.object({
  data: z.object({
    object: z.record(z.string(), z.unknown()),
    previous_attributes: z.record(z.string(), z.unknown()).nullish(),
  }),
})

/**
 * `data` of a snapshot event. The payload follows the API version of the endpoint, and one rendered late carries the
 * fields of both shapes, so readers look in the new place first, then in the old, and never at the version.
 *
 * https://docs.stripe.com/api/events/object
 */
export const dataOf = (event: ReceivedEvent) => read(Data, event.payload, 'event').data

/** What every fact of an event shares: whose it is, and when it was told. */
export function originOf(event: ReceivedEvent): StripeFact {
  if (event.occurredAt === null) throw new EventError('invalid_object', 'event: created is missing')
  return { account: event.account, livemode: event.livemode, occurredAt: event.occurredAt }
}
