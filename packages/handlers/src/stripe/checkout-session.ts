import type {
  CheckoutSessionFact,
  CustomerFact,
  PaymentReferenceFact,
  ReceivedEvent,
  StripeFact,
  UserLink,
} from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { CheckoutDetailsBody, checkoutDetailsOf, customerDetails } from './checkout-details.ts'
import { lineItems, linesFact } from './checkout-lines.ts'
import { amount, dataOf, payerMetadata, reference, seconds, shown } from './object.ts'
import { referencesTo } from './payment-reference.ts'
import { metadataLinks } from './user-links.ts'

const Body = z.object({
  id: z.string().min(1),
  mode: z.string().nullish(),
  status: z.string().nullish(),
  payment_status: z.string().nullish(),
  customer: reference,
  customer_details: customerDetails,
  customer_email: shown(z.string()),
  client_reference_id: z.string().nullish(),
  metadata: payerMetadata,
  created: shown(seconds),
  subscription: reference,
  setup_intent: reference,
  payment_intent: reference,
  invoice: reference,
  invoice_creation: z.object({ enabled: z.boolean().nullish() }).nullish(),
  amount_total: amount.nullish(),
  currency: z.string().nullish(),
  locale: shown(z.string()),
  line_items: lineItems,
  ...CheckoutDetailsBody,
})

/** A Checkout session, completed by the type of its event where the session itself leaves a field out. */
export type CheckoutSession = z.output<typeof Body>

/** Sessions before 2020 have neither field; they completed only when paid. */
const STATUS_BY_TYPE: Record<string, Pick<CheckoutSession, 'status' | 'payment_status'>> = {
  'checkout.session.completed': { status: 'complete', payment_status: 'paid' },
  'checkout.session.async_payment_succeeded': { status: 'complete', payment_status: 'paid' },
  'checkout.session.async_payment_failed': { status: 'complete', payment_status: 'unpaid' },
  'checkout.session.expired': { status: 'expired', payment_status: 'unpaid' },
}

export function readCheckoutSession(event: ReceivedEvent): CheckoutSession {
  const session = read(Body, dataOf(event).object, 'checkout session')
  const byType = STATUS_BY_TYPE[event.type]
  return {
    ...session,
    status: session.status ?? byType?.status,
    payment_status: session.payment_status ?? byType?.payment_status,
  }
}

/** The facts of every event of a session: the buyer, the session, what it sold, and its payment intent. */
export const factsOfCheckoutSession = (session: CheckoutSession, origin: StripeFact) => [
  ...customerOf(session, origin),
  sessionFact(session, origin),
  ...linesFact(session, origin),
  ...referencesOf(session, origin),
]

export const isPaid = ({ payment_status }: CheckoutSession): boolean => payment_status === 'paid'

function customerOf(session: CheckoutSession, origin: StripeFact): CustomerFact[] {
  if (!session.customer) return []
  const email = emailOf(session)
  return [
    {
      kind: 'customer',
      customerId: session.customer,
      ...(email && { contact: { email, deleted: false } }),
      ...buyerOf(session),
      ...origin,
    },
  ]
}

/** The reference may be the id of a cart or of a referral, so the metadata counts as well. */
export function buyerOf({ client_reference_id, metadata, created }: CheckoutSession): { links?: UserLink[] } {
  const since = created && { since: created }
  const reference: UserLink[] = client_reference_id
    ? [{ by: 'client_reference_id', userId: client_reference_id, ...since }]
    : []
  const links = [...reference, ...metadataLinks(metadata?.user_id, created)]
  return links.length > 0 ? { links } : {}
}

function sessionFact(session: CheckoutSession, origin: StripeFact): CheckoutSessionFact {
  return {
    kind: 'checkoutSession',
    sessionId: session.id,
    customerId: session.customer ?? null,
    subscriptionId: session.subscription ?? null,
    ...(session.customer ? {} : buyerOf(session)),
    contents: {
      mode: session.mode ?? null,
      status: session.status ?? null,
      paymentStatus: session.payment_status ?? null,
      amountTotal: session.amount_total ?? null,
      currency: session.currency ?? null,
      customerEmail: emailOf(session),
      locale: session.locale === 'auto' ? null : (session.locale ?? null),
      details: checkoutDetailsOf(session),
    },
    ...origin,
  }
}

/** The intent paid the session's invoice if it has one, else the session. */
function referencesOf(session: CheckoutSession, origin: StripeFact): PaymentReferenceFact[] {
  const paid = isPaid(session) && { succeeded: true }
  const claim = session.invoice ? { invoiceId: session.invoice } : claimOf(session)
  return referencesTo([session.payment_intent], origin, { ...claim, ...paid })
}

function claimOf(session: CheckoutSession): Pick<PaymentReferenceFact, 'session'> {
  const money = priceOf(session)
  if (!isOneOff(session) || !money) return {}
  const { id, customer, invoice_creation } = session
  return {
    session: {
      sessionId: id,
      customerId: customer ?? null,
      isPaid: isPaid(session),
      createsInvoice: invoice_creation?.enabled === true,
      ...money,
      ...buyerOf(session),
    },
  }
}

/** The price of a session; undefined if nothing is to be paid. */
export function priceOf({ amount_total, total_details, currency }: CheckoutSession) {
  if (!amount_total || amount_total < 0 || !currency) return undefined
  return { amountTotal: amount_total, amountTax: Math.max(0, total_details?.amount_tax ?? 0), currency }
}

/** Other sessions are booked by the events of an invoice. Sessions before 2020 may have no `mode`. */
export function isOneOff({ mode, invoice, subscription, setup_intent }: CheckoutSession): boolean {
  if (invoice) return false
  return mode ? mode === 'payment' : !subscription && !setup_intent
}

const emailOf = ({ customer_details, customer_email }: CheckoutSession): string | null =>
  customer_details?.email ?? customer_email ?? null
