import type { CreditTerms, Fact, ReceivedMoney, StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { creditTermsOf } from './credit-terms.ts'
import { customerNamed } from './customer-named.ts'
import { amount, payerMetadata, reference, required, shown } from './object.ts'
import { referencesTo } from './payment-reference.ts'
import { metadataLinks } from './user-links.ts'

const Body = z.object({
  id: z.string().min(1),
  status: z.string().nullish(),
  amount_received: amount.nullish(),
  currency: z.string().min(1).nullish(),
  customer: reference,
  receipt_email: shown(z.string()),
  invoice: reference,
  latest_charge: reference,
  charges: z.object({ data: z.array(required) }).nullish(),
  payment_details: shown(z.object({ order_reference: shown(z.string()) })),
  metadata: payerMetadata,
})

/** The data of a payment intent, independent of the API version. */
export interface PaymentIntent {
  id: string
  status: string | null
  customerId: string | null
  /** The user named in its metadata. */
  userId: string | null
  invoiceId: string | null
  chargeId: string | null
  received: ReceivedMoney | null
  /** The credits that its metadata names. */
  creditTerms: CreditTerms | null
}

/**
 * Before 2022-11-15 it has `charges` instead of `latest_charge`, and before 2025-03-31.basil it has its invoice. Since
 * then an invoice's intent has the invoice as its order reference, as long as the host does not set one:
 * https://docs.stripe.com/upgrades#2022-11-15
 */
export function readPaymentIntent(object: unknown): PaymentIntent {
  const body = read(Body, object, 'payment intent')
  const { amount_received: received, currency } = body
  const customerId = body.customer ?? null
  const userId = body.metadata?.user_id ?? null
  return {
    id: body.id,
    status: body.status ?? null,
    customerId,
    userId,
    invoiceId: body.invoice ?? invoiceNamedBy(body.payment_details?.order_reference),
    chargeId: body.latest_charge ?? body.charges?.data[0] ?? null,
    received:
      received && received > 0 && currency
        ? { amount: received, currency, customerId, email: body.receipt_email ?? null, ...payerOf(userId) }
        : null,
    creditTerms: creditTermsOf(body.metadata),
  }
}

/** The user that the metadata of an intent or charge names. */
export function payerOf(userId: string | null | undefined): Pick<ReceivedMoney, 'links'> {
  const links = metadataLinks(userId)
  return links.length > 0 ? { links } : {}
}

const invoiceNamedBy = (order: string | null | undefined): string | null => (order?.startsWith('in_') ? order : null)

/** The customer, and references that link the intent and its charge to what they paid. */
export function factsOfPaymentIntent(intent: PaymentIntent, hasSucceeded: boolean, origin: StripeFact): Fact[] {
  const known = { invoiceId: intent.invoiceId, ...(hasSucceeded && { succeeded: true }) }
  const received = hasSucceeded && intent.received ? { received: intent.received } : {}
  const credits = hasSucceeded && intent.creditTerms ? { creditTerms: intent.creditTerms } : {}
  return [
    ...customerNamed(intent, origin),
    ...referencesTo([intent.id], origin, { ...known, ...received, ...credits }),
    ...referencesTo([intent.chargeId], origin, known),
  ]
}
