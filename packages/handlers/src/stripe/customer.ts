import { type CustomerFact, type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { dataOf, metadata, originOf, reference, shown } from './object.ts'
import { ownLinks } from './user-links.ts'

const Customer = z.object({
  id: z.string().min(1),
  email: shown(z.string()),
  deleted: z.boolean().nullish(),
  preferred_locales: shown(z.array(z.string())),
  invoice_settings: shown(z.object({ default_payment_method: reference })),
  default_source: reference.catch(null),
  metadata,
})

type Payment = Pick<z.output<typeof Customer>, 'invoice_settings' | 'default_source'>

/**
 * A customer was created, updated or deleted.
 *
 * A deletion is recognized by the event type, because the object does not always show it:
 * https://docs.stripe.com/api/customers/delete
 */
export const onCustomer: Handler = (event) => {
  const { object, previous_attributes } = dataOf(event)
  const { id, email, deleted, preferred_locales, metadata, ...payment } = read(Customer, object, 'customer')
  const contact = { email: email ?? null, deleted: event.type === 'customer.deleted' || deleted === true }
  const languages = preferred_locales && { preferredLocales: preferred_locales }
  const links = ownLinks({ metadata }, previous_attributes)
  const named = links.length > 0 && { links }
  const contents = { contact, ...languages, ...defaultOf(payment), ...named }
  return processed([{ kind: 'customer', customerId: id, ...contents, ...originOf(event) }])
}

/** The default payment method; empty if the event does not say. */
function defaultOf({ invoice_settings, default_source }: Payment): Pick<CustomerFact, 'defaultPaymentMethod'> {
  if (invoice_settings === undefined && default_source === undefined) return {}
  return { defaultPaymentMethod: invoice_settings?.default_payment_method ?? default_source ?? null }
}
