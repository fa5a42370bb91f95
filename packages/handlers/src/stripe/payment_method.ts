import { type Handler, type PaymentMethodFact, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { dataOf, originOf, reference, shown } from './object.ts'

const Card = z.object({
  brand: shown(z.string()),
  last4: shown(z.string()),
  exp_month: shown(z.int32()),
  exp_year: shown(z.int32()),
})

const PaymentMethod = z.object({
  id: z.string().min(1),
  customer: reference,
  type: z.string().min(1),
  card: shown(Card),
})

const Before = z.object({ customer: reference })

/**
 * A payment method was attached, updated or detached.
 *
 * A detached one names its customer only in `previous_attributes`: https://docs.stripe.com/api/payment_methods/detach
 */
export const onPaymentMethod: Handler = (event) => {
  const { object, previous_attributes } = dataOf(event)
  const { id, customer, type, card } = read(PaymentMethod, object, 'payment method')
  const before = Before.safeParse(previous_attributes ?? {}).data
  return processed([
    {
      kind: 'paymentMethod',
      paymentMethodId: id,
      customerId: customer ?? before?.customer ?? null,
      type,
      card: card ? summaryOf(card) : null,
      detached: event.type === 'payment_method.detached',
      ...originOf(event),
    },
  ])
}

const summaryOf = ({ brand, last4, exp_month, exp_year }: z.output<typeof Card>): PaymentMethodFact['card'] => ({
  brand: brand ?? null,
  last4: last4 ?? null,
  expMonth: exp_month ?? null,
  expYear: exp_year ?? null,
})
