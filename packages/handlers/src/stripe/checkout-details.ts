import type { CheckoutDetails, Conversion } from '@sluice/events'
import { z } from 'zod'
import { BuyerBody, buyerOf } from './buyer.ts'
import { creditTermsOf } from './credit-terms.ts'
import { amount, reference, shown } from './object.ts'

/** The fields of a session that only the receipt shows; a wrong value is read as null. The tax is booked as well. */
export const CheckoutDetailsBody = {
  amount_subtotal: shown(amount),
  total_details: z
    .object({ amount_discount: shown(amount), amount_shipping: shown(amount), amount_tax: amount.nullish() })
    .nullish(),
  presentment_details: shown(z.object({ presentment_amount: amount, presentment_currency: z.string() })),
  currency_conversion: shown(z.object({ amount_total: amount, source_currency: z.string() })),
}

export const customerDetails = shown(BuyerBody.extend({ email: shown(z.string()) }))

const Details = z.object({
  ...CheckoutDetailsBody,
  customer_details: customerDetails,
  amount_total: amount.nullish(),
  currency: z.string().nullish(),
  metadata: z.unknown().optional(),
  payment_intent: reference,
})

type Details = z.output<typeof Details>

export const checkoutDetailsOf = (session: Details): CheckoutDetails => ({
  subtotal: session.amount_subtotal ?? null,
  discount: session.total_details?.amount_discount ?? 0,
  shipping: session.total_details?.amount_shipping ?? 0,
  tax: session.total_details?.amount_tax ?? 0,
  buyer: buyerOf(session.customer_details ?? {}),
  conversion: conversionOf(session),
  ...(session.payment_intent && { paymentIntentId: session.payment_intent }),
  ...creditsOf(session),
})

function creditsOf({ metadata }: Details): Pick<CheckoutDetails, 'creditTerms'> {
  const creditTerms = creditTermsOf(metadata)
  return creditTerms ? { creditTerms } : {}
}

/**
 * Since 2025-03-31.basil a session is in the currency of its owner and `presentment_details` has what the buyer was
 * charged; before, it was in the buyer's currency and `currency_conversion` had the owner's:
 * https://docs.stripe.com/payments/currencies/localize-prices/adaptive-pricing
 */
function conversionOf(session: Details): Conversion | null {
  const { amount_total, currency, presentment_details: presentment, currency_conversion: source } = session
  if (typeof amount_total !== 'number' || !currency) return null
  const own = { amount: amount_total, currency }
  if (presentment) {
    const presented = { amount: presentment.presentment_amount, currency: presentment.presentment_currency }
    return presented.currency === currency ? null : { presented, settled: own }
  }
  if (!source || source.source_currency === currency) return null
  return { presented: own, settled: { amount: source.amount_total, currency: source.source_currency } }
}
