import { type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { dataOf, metadata, originOf, shown } from './object.ts'
import { ownLinks } from './user-links.ts'

const Customer = z.object({
  id: z.string().min(1),
  email: shown(z.string()),
  deleted: z.boolean().nullish(),
  preferred_locales: shown(z.array(z.string())),
  metadata,
})

/**
 * A customer was created, updated or deleted.
 *
 * A deletion is recognized by the event type, because the object does not always show it:
 * https://docs.stripe.com/api/customers/delete
 */
export const onCustomer: Handler = (event) => {
  const { object, previous_attributes } = dataOf(event)
  const { id, email, deleted, preferred_locales, metadata } = read(Customer, object, 'customer')
  const contact = { email: email ?? null, deleted: event.type === 'customer.deleted' || deleted === true }
  const languages = preferred_locales && { preferredLocales: preferred_locales }
  const links = ownLinks({ metadata }, previous_attributes)
  const named = links.length > 0 && { links }
  return processed([{ kind: 'customer', customerId: id, contact, ...languages, ...named, ...originOf(event) }])
}
