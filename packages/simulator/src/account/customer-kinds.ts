import { ENTITLED, INVOICED, LIFECYCLES, PAID, PENDING_UPGRADES, SUBSCRIBED } from '../lifecycle/named-lifecycles.ts'
import { DAY } from '../lifecycle/state.ts'
import type { Step } from '../lifecycle/steps/index.ts'

const HOUR = 3_600

/** A kind of customer that an account has. */
export interface CustomerKind {
  /** Of a hundred customers. */
  share: number
  /** Its steps, after a number of renewals that were paid. */
  steps(renewals: readonly Step[]): readonly Step[]
  /** Seconds after the last step until Stripe would do the next one by itself. Default: 25 days. */
  staysFor?: number
}

export const STAYS_FOR = 25 * DAY

export const RENEWAL: readonly Step[] = [...INVOICED, ...PAID]

const FAILED_RENEWAL = [...INVOICED, 'intent_failed', 'payment_failed', 'past_due'] as const

/** Every status of a subscription, every end of a payment, and customers without a subscription. */
export const CUSTOMER_KINDS: readonly CustomerKind[] = [
  { share: 36, steps: (renewals) => [...SUBSCRIBED, ...renewals] },
  { share: 3, steps: () => LIFECYCLES['trial to paid'].steps.slice(0, 7), staysFor: 9 * DAY },
  { share: 2, steps: (renewals) => [...LIFECYCLES['trial to paid'].steps, ...renewals] },
  { share: 3, steps: (renewals) => [...SUBSCRIBED, ...renewals, ...FAILED_RENEWAL], staysFor: 2 * DAY },
  { share: 2, steps: (renewals) => [...SUBSCRIBED, ...renewals, ...FAILED_RENEWAL, ...PAID, 'recovered'] },
  { share: 2, steps: (renewals) => [...SUBSCRIBED, ...renewals, ...FAILED_RENEWAL, 'last_payment_failed', 'unpaid'] },
  { share: 2, steps: () => LIFECYCLES['never paid'].steps.slice(0, 6), staysFor: 20 * HOUR },
  { share: 2, steps: () => LIFECYCLES['never paid'].steps },
  { share: 2, steps: (renewals) => [...SUBSCRIBED, ...renewals, 'paused'] },
  { share: 8, steps: (renewals) => [...SUBSCRIBED, ...renewals, 'canceling', 'deleted'] },
  { share: 2, steps: () => LIFECYCLES['failed renewal to cancellation'].steps },
  { share: 2, steps: (renewals) => [...SUBSCRIBED, 'yearly', ...renewals.slice(0, RENEWAL.length)] },
  { share: 2, steps: () => LIFECYCLES['upgrade within the period'].steps.slice(0, -2) },
  { share: 1, steps: () => PENDING_UPGRADES[0] ?? [] },
  { share: 3, steps: (renewals) => [...SUBSCRIBED, ...renewals, 'refunded', 'charge_refunded'] },
  { share: 1, steps: () => LIFECYCLES['refunds, one of which fails'].steps },
  { share: 1, steps: (renewals) => [...SUBSCRIBED, ...renewals, 'refunded', 'charge_refunded', 'credited'] },
  { share: 1, steps: () => LIFECYCLES['dispute that is lost'].steps },
  { share: 1, steps: () => LIFECYCLES['dispute that is won on appeal'].steps.slice(0, -3) },
  { share: 1, steps: () => LIFECYCLES['dispute that is won on appeal'].steps },
  { share: 3, steps: () => ENTITLED.slice(0, -2) },
  { share: 10, steps: () => ['customer_created'] },
  { share: 4, steps: () => LIFECYCLES['order paid by debit, then refunded'].steps },
  { share: 2, steps: () => LIFECYCLES['order whose debit fails'].steps },
  { share: 4, steps: () => ['customer_created', 'own_intent_failed', 'own_intent_succeeded'] },
]
