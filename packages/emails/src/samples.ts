import type { Draft } from './draft.ts'
import type { Value } from './format.ts'
import { type EmailKind, kindOf } from './kinds.ts'

const AMOUNT = { amount: 2_900n, currency: 'eur' }
const TODAY = new Date('2026-12-01T00:00:00Z')
const SOON = new Date('2026-12-08T00:00:00Z')

/** A value for every placeholder. */
export const SAMPLE_VALUES: Record<string, Value> = {
  amount: AMOUNT,
  date: SOON,
  fingerprint: '6d1f0c2e9b7a4835',
  number: 'ACME-2026-0042',
  type: 'invoice.paid',
}

/** A value for every detail. */
export const SAMPLE_DETAILS: Record<string, Value> = {
  account: 'acct_1Q2w3E4r5T6y7U8i',
  amount: AMOUNT,
  amountDue: AMOUNT,
  amountPaid: AMOUNT,
  cause: 'invalid_object: invoice: currency is missing',
  charge: 'ch_3Q2w3E4r5T6y7U8i0o9P8a7S',
  console: 'https://sluice.example.com/e/stripe/evt_1Q2w3E4r5T6y7U8i0o9P8a7S',
  charged: { amount: 3_190n, currency: 'usd' },
  count: '12',
  date: TODAY,
  fraudType: 'made with stolen card',
  datePaid: TODAY,
  dispute: 'dp_1Q2w3E4r5T6y7U8i0o9P8a7S',
  event: 'evt_1Q2w3E4r5T6y7U8i0o9P8a7S',
  invoice: 'ACME-2026-0042',
  nextAttempt: SOON,
  number: 'ACME-2026-0042',
  paymentIntent: 'pi_3Q2w3E4r5T6y7U8i0o9P8a7S',
  period: { start: TODAY, end: new Date('2027-01-01T00:00:00Z') },
  renewalDate: SOON,
  reason: 'product not received',
  status: 'needs response',
  total: AMOUNT,
  warning: 'issfr_1Q2w3E4r5T6y7U8i0o9P8a7S',
}

export interface Sample {
  kind: EmailKind
  /** Undefined for the wording without a state. */
  variant: string | undefined
  draft: Draft
}

/** A kind in each of its states, as a customer would get it. */
export function samplesOf(kind: EmailKind): Sample[] {
  const { values, variants, details } = kindOf(kind)
  const states = [[undefined, []] as const, ...Object.entries(variants)]
  return states.map(([variant, more]) => ({
    kind,
    variant,
    draft: {
      kind,
      ...(variant && { variant }),
      values: pick([...values, ...more], SAMPLE_VALUES),
      details: pick(details, SAMPLE_DETAILS),
      link: 'https://invoice.stripe.com/i/acct_1/sample',
      isTest: false,
    } as Draft,
  }))
}

const pick = (names: readonly string[], samples: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(names.map((name) => [name, samples[name] ?? `{${name}}`]))
