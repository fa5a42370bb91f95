import type { Fact, StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { customerNamed } from './customer-named.ts'
import { metadata, reference, required } from './object.ts'
import { referencesTo } from './payment-reference.ts'

const Body = z.object({
  id: z.string().min(1),
  status: z.string().nullish(),
  customer: reference,
  invoice: reference,
  latest_charge: reference,
  charges: z.object({ data: z.array(required) }).nullish(),
  metadata,
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
}

/**
 * Before 2022-11-15 it has `charges` instead of `latest_charge`, and before 2025-03-31.basil it has its invoice:
 * https://docs.stripe.com/upgrades#2022-11-15
 */
export function readPaymentIntent(object: unknown): PaymentIntent {
  const body = read(Body, object, 'payment intent')
  return {
    id: body.id,
    status: body.status ?? null,
    customerId: body.customer ?? null,
    userId: body.metadata?.user_id ?? null,
    invoiceId: body.invoice ?? null,
    chargeId: body.latest_charge ?? body.charges?.data[0] ?? null,
  }
}

/** The customer, and references that link the intent and its charge to the payment of its invoice. */
export function factsOfPaymentIntent(intent: PaymentIntent, hasSucceeded: boolean, origin: StripeFact): Fact[] {
  const known = { paymentId: intent.invoiceId, ...(hasSucceeded && { succeeded: true }) }
  return [...customerNamed(intent, origin), ...referencesTo([intent.id, intent.chargeId], origin, known)]
}
