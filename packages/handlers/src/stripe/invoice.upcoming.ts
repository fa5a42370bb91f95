import { type Effect, type Handler, processed, type StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { customerNamed } from './customer-named.ts'
import { effectKey, MOMENT_SECONDS } from './effect-key.ts'
import { BilledTo, subscriptionOf } from './invoice-body.ts'
import { amount, dataOf, originOf, seconds, shown } from './object.ts'

const Upcoming = BilledTo.extend({
  amount_due: amount,
  currency: z.string().min(1),
  period_end: seconds.nullish(),
  customer_email: shown(z.string()),
})

/**
 * A subscription renews in a few days.
 *
 * The customer is notified once per period. The invoice does not exist yet, so it has no id and no row: https://docs.stripe.com/api/events/types#event_types-invoice.upcoming
 */
export const onInvoiceUpcoming: Handler = (event) => {
  const upcoming = read(Upcoming, dataOf(event).object, 'upcoming invoice')
  const origin = originOf(event)
  const { subscriptionId, userId } = subscriptionOf(upcoming)
  const customer = customerNamed({ customerId: upcoming.customer, userId }, origin)
  return processed(customer, subscriptionId ? renewal(subscriptionId, upcoming, origin) : [])
}

function renewal(subscriptionId: string, upcoming: z.output<typeof Upcoming>, origin: StripeFact): Effect[] {
  const { amount_due, currency, period_end, customer: customerId, customer_email: customerEmail } = upcoming
  if (!period_end) return []
  const payload = { subscriptionId, periodEnd: period_end.toISOString(), amount: String(amount_due), currency }
  return [
    {
      key: effectKey(origin, `renewal:${subscriptionId}:${period_end.getTime() / 1000}`),
      kind: 'renewal.upcoming',
      payload: { ...payload, ...(customerId && { customerId }), ...(customerEmail && { customerEmail }) },
      waitSeconds: MOMENT_SECONDS,
    },
  ]
}
