import type { CustomerFact, Fact, Handler, StripeFact } from '@sluice/events'
import { processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../failure.ts'
import { amount, dataOf, metadata, originOf, reference } from './object.ts'
import { bookPayment } from './payment.ts'

const Session = z.object({
  id: z.string().min(1),
  mode: z.string().nullish(),
  payment_status: z.string().nullish(),
  customer: reference,
  customer_details: z.object({ email: z.string().nullish() }).nullish(),
  customer_email: z.string().nullish(),
  client_reference_id: z.string().nullish(),
  metadata,
  subscription: reference,
  setup_intent: reference,
  invoice: reference,
  amount_total: amount.nullish(),
  currency: z.string().nullish(),
})

type Session = z.output<typeof Session>

/**
 * A buyer finished Checkout: the customer becomes known, with its user, and a one-off payment is booked.
 * What a subscription costs comes with its invoices: https://docs.stripe.com/checkout/fulfillment
 */
export const onCheckoutSessionCompleted: Handler = (event) => {
  const session = read(Session, dataOf(event).object, 'checkout session')
  const origin = originOf(event)
  return processed([...customerOf(session, origin), ...paymentOf(session, origin)])
}

function customerOf(session: Session, origin: StripeFact): CustomerFact[] {
  if (!session.customer) return []
  const email = session.customer_details?.email ?? session.customer_email
  return [
    {
      ...origin,
      kind: 'customer',
      customerId: session.customer,
      ...(email && { contact: { email, deleted: false } }),
      ...linkOf(session),
    },
  ]
}

function linkOf(session: Session): Pick<CustomerFact, 'link'> {
  if (session.client_reference_id) return { link: { userId: session.client_reference_id, by: 'client_reference_id' } }
  if (session.metadata?.user_id) return { link: { userId: session.metadata.user_id, by: 'metadata' } }
  return {}
}

function paymentOf(session: Session, origin: StripeFact): Fact[] {
  if (!isOneOff(session) || !isPaid(session)) return []
  if (!session.amount_total || session.amount_total < 0 || !session.currency) return []
  return bookPayment({
    ...origin,
    kind: 'payment',
    paymentId: session.id,
    status: 'succeeded',
    stripeInvoiceId: null,
    stripeSubscriptionId: null,
    stripeCustomerId: session.customer ?? null,
    amount: session.amount_total,
    currency: session.currency,
    attemptCount: 1,
    nextPaymentAttempt: null,
  })
}

/** Sessions of before 2020 may leave `mode` empty. With an invoice, the money is told, and booked, by `invoice.paid`. */
function isOneOff(session: Session): boolean {
  if (session.invoice) return false
  return session.mode ? session.mode === 'payment' : !session.subscription && !session.setup_intent
}

/** Sessions of before 2020 have no `payment_status`: they completed only when paid. */
const isPaid = (session: Session): boolean => (session.payment_status ?? 'paid') === 'paid'
