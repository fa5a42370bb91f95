import type { Fact, StripeFact } from '@sluice/events'
import { z } from 'zod'
import { read } from '../failure.ts'
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

/** What we read of a payment intent, wherever its API version keeps it. */
export interface PaymentIntent {
  id: string
  status: string | null
  customerId: string | null
  /** Whom the host made it for. */
  userId: string | null
  invoiceId: string | null
  chargeId: string | null
}

/**
 * Before 2022-11-15 it shows its charges in place of `latest_charge`, and before 2025-03-31.basil its invoice:
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

/** The customer it names, and that it and its charge belong together, to the invoice's payment where it names one. */
export function factsOfPaymentIntent(intent: PaymentIntent, hasSucceeded: boolean, origin: StripeFact): Fact[] {
  const known = { paymentId: intent.invoiceId, ...(hasSucceeded && { succeeded: true }) }
  return [...customerNamed(intent, origin), ...referencesTo([intent.id, intent.chargeId], origin, known)]
}
