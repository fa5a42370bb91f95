import type { Step } from './steps/index.ts'

export interface NamedLifecycle {
  /** Every event that Stripe sends, in order. */
  steps: readonly Step[]
  /** Its six most important events at most, so that a test can try every order. */
  short: readonly Step[]
}

/** Checkout with a card: Stripe makes all of this within a second or two. */
export const SUBSCRIBED = [
  'customer_created',
  'method_attached',
  'created',
  'invoice_created_paid',
  'finalized_paid',
  'intent_succeeded',
  'paid',
  'payment_succeeded',
  'invoice_payment',
  'activated',
  'checkout',
] as const

/** The next period's invoice, up to its charge. */
export const INVOICED = ['upcoming', 'renewed', 'invoice_created', 'invoice_updated', 'finalized'] as const

export const PAID = ['intent_succeeded', 'paid', 'payment_succeeded', 'invoice_payment'] as const

/** The lifecycles that tests deliver in every order, with gaps and twice. */
export const LIFECYCLES = {
  'checkout to renewal': {
    steps: [...SUBSCRIBED, ...INVOICED, ...PAID],
    short: ['created', 'activated', 'checkout', 'paid', 'renewed', 'paid'],
  },
  'failed renewal to recovery': {
    steps: [
      ...SUBSCRIBED,
      ...INVOICED,
      'intent_failed',
      'payment_failed',
      'past_due',
      'payment_failed',
      ...PAID,
      'recovered',
    ],
    short: ['activated', 'renewed', 'payment_failed', 'past_due', 'paid', 'recovered'],
  },
  'failed renewal to cancellation': {
    steps: [
      ...SUBSCRIBED,
      ...INVOICED,
      'payment_failed',
      'past_due',
      'payment_failed',
      'last_payment_failed',
      'deleted_unpaid',
      'uncollectible',
    ],
    short: ['paid', 'payment_failed', 'past_due', 'last_payment_failed', 'deleted_unpaid', 'uncollectible'],
  },
  'never paid': {
    steps: [
      'customer_created',
      'created',
      'invoice_created',
      'finalized',
      'action_required',
      'payment_failed',
      'expired',
      'voided',
    ],
    short: ['created', 'finalized', 'payment_failed', 'expired', 'voided'],
  },
  'upgrade within the period': {
    steps: [
      ...SUBSCRIBED,
      'upgraded',
      'invoice_created',
      'finalized',
      ...PAID,
      'customer_updated',
      'canceling',
      'deleted',
    ],
    short: ['created', 'activated', 'paid', 'upgraded', 'paid', 'deleted'],
  },
  'trial to paid': {
    steps: [
      'customer_created',
      'trial_started',
      'invoice_created_paid',
      'finalized_paid',
      'paid',
      'payment_succeeded',
      'checkout',
      'trial_will_end',
      'method_attached',
      'trial_over',
      'invoice_created',
      'finalized',
      ...PAID,
    ],
    short: ['trial_started', 'paid', 'checkout', 'trial_will_end', 'trial_over', 'paid'],
  },
  'refunds, one of which fails': {
    steps: [
      ...SUBSCRIBED,
      'refunded',
      'charge_refunded',
      'refund_began',
      'charge_refunded',
      'refund_arrived',
      'refund_failed',
      'refund_updated',
    ],
    short: ['paid', 'invoice_payment', 'refunded', 'refunded', 'charge_refunded', 'refund_failed'],
  },
  'dispute that is lost': {
    steps: [...SUBSCRIBED, 'dispute_opened', 'dispute_withdrew', 'dispute_answered', 'dispute_lost'],
    short: ['paid', 'invoice_payment', 'dispute_opened', 'dispute_answered', 'dispute_lost'],
  },
  'dispute that is won on appeal': {
    steps: [
      ...SUBSCRIBED,
      'dispute_opened',
      'dispute_withdrew',
      'dispute_answered',
      'dispute_lost',
      'dispute_won',
      'dispute_reinstated',
    ],
    short: ['paid', 'invoice_payment', 'dispute_opened', 'dispute_lost', 'dispute_won', 'dispute_reinstated'],
  },
  'order paid by debit, then refunded': {
    steps: ['customer_created', 'order_unpaid', 'intent_succeeded', 'order_paid', 'refunded', 'charge_refunded'],
    short: ['order_unpaid', 'intent_succeeded', 'order_paid', 'refunded', 'charge_refunded'],
  },
  'order whose debit fails': {
    steps: ['customer_created', 'order_unpaid', 'intent_failed', 'order_failed', 'method_attached', 'method_detached'],
    short: ['order_unpaid', 'intent_failed', 'order_failed', 'method_attached', 'method_detached'],
  },
  'payment on the host page': {
    steps: ['customer_created', 'own_intent_failed', 'own_intent_succeeded'],
    short: ['customer_created', 'own_intent_failed', 'own_intent_succeeded'],
  },
  'pause and customer deletion': {
    steps: [
      ...SUBSCRIBED,
      'method_updated',
      'method_renewed',
      'paused',
      'resumed',
      'method_detached',
      'deleted',
      'customer_deleted',
    ],
    short: ['activated', 'paused', 'resumed', 'deleted', 'customer_deleted'],
  },
} as const satisfies Record<string, NamedLifecycle>

export type LifecycleName = keyof typeof LIFECYCLES

/** A product of the host and its price, from their creation to their deletion. */
export const CATALOGUE: readonly Step[] = [
  'product_created',
  'price_created',
  'plan_created',
  'product_updated',
  'price_updated',
  'plan_updated',
  'price_deleted',
  'plan_deleted',
  'product_deleted',
]

/** Features by which Stripe says what a customer may use. */
export const ENTITLED: readonly Step[] = [...SUBSCRIBED, 'entitled', 'deleted', 'unentitled']

/** An upgrade that waits for its payment, which fails at first. */
const UPGRADING = [...SUBSCRIBED, 'upgrade_pending', 'invoice_created', 'finalized', 'last_payment_failed'] as const
export const PENDING_UPGRADES: ReadonlyArray<readonly Step[]> = [
  [...UPGRADING, ...PAID, 'upgrade_applied'],
  [...UPGRADING, 'upgrade_expired', 'voided'],
]

/** Events that none of the named lifecycles contains. */
export const RARE_LIFECYCLES: ReadonlyArray<readonly Step[]> = [
  ['order'],
  ['session_expired'],
  ['invoice_created', 'invoice_deleted'],
  ['finalized', 'will_be_due', 'overdue'],
  ['finalized', 'payment_attempt_required', 'overpaid', 'paid'],
  ['order', 'charge_succeeded', 'charge_captured'],
  ['invoice_created', 'finalization_failed'],
  ['order', 'refunded', 'charge_refund_updated'],
  ['paid', 'invoice_payment', 'refunded', 'credited', 'credit_note_updated'],
  ['finalized', 'credited_before_payment', 'credit_note_voided'],
  ['order', 'fraud_warned', 'refunded', 'fraud_warning_updated'],
  CATALOGUE,
  ENTITLED,
  ...PENDING_UPGRADES,
  ['authorized', 'account_updated', 'deauthorized'],
]
