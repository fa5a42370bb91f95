import { type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { customerNamed } from './customer-named.ts'
import { dataOf, originOf, required, shown } from './object.ts'

const Summary = z.object({
  customer: required,
  entitlements: z.object({
    data: z.array(z.object({ feature: required, lookup_key: shown(z.string().min(1)) })),
    has_more: shown(z.boolean()),
  }),
})

/**
 * The active entitlements of a customer changed. The event carries all of them, up to ten.
 *
 * https://docs.stripe.com/api/entitlements/active-entitlement
 */
export const onEntitlementSummary: Handler = (event) => {
  const { customer, entitlements } = read(Summary, dataOf(event).object, 'entitlement summary')
  const origin = originOf(event)
  const features = entitlements.data.map(({ feature, lookup_key }) => lookup_key ?? feature)
  return processed([
    ...customerNamed({ customerId: customer }, origin),
    {
      kind: 'entitlementSummary',
      customerId: customer,
      contents: { features: [...new Set(features)].sort(), incomplete: entitlements.has_more ?? false },
      ...origin,
    },
  ])
}
