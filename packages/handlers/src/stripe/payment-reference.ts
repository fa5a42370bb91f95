import type { PaymentReferenceFact, StripeFact } from '@sluice/events'

type Known = Omit<PaymentReferenceFact, 'kind' | 'reference' | keyof StripeFact>

/** One reference per payment intent and charge that an event names. They link refunds to payments. */
export function referencesTo(
  ids: Array<string | null | undefined>,
  origin: StripeFact,
  known: Known = {},
): PaymentReferenceFact[] {
  const named = [...new Set(ids.filter((id) => typeof id === 'string'))]
  return named.map((reference) => ({ kind: 'paymentReference', reference, ...known, ...origin }))
}
