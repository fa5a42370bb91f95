import type {
  CheckoutEntitlementFact,
  CheckoutLinesFact,
  CheckoutSessionFact,
  ConnectedAccountFact,
  CreditNoteFact,
  DisputeFact,
  FraudWarningFact,
  InvoiceFact,
  PaymentMethodFact,
  PaymentReferenceFact,
  RefundFact,
} from './billing-fact.ts'
import type { EntitlementSummaryFact, PriceFact, ProductFact } from './catalogue-fact.ts'
import type { PredictionStatus } from './status.ts'
import type { StripeFact } from './stripe-fact.ts'
import type { UserLink } from './user-link.ts'

/**
 * One piece of information from an event, in Sluice's terms. The database merges facts into rows by rules that give the
 * same state whatever the order of the facts and the number of repeats.
 */
export type Fact =
  | CustomerFact
  | SubscriptionFact
  | InvoiceOutcomeFact
  | CheckoutEntitlementFact
  | CheckoutSessionFact
  | CheckoutLinesFact
  | InvoiceFact
  | PaymentFact
  | PaymentReferenceFact
  | RefundFact
  | DisputeFact
  | CreditNoteFact
  | FraudWarningFact
  | PaymentMethodFact
  | ConnectedAccountFact
  | ProductFact
  | PriceFact
  | EntitlementSummaryFact
  | PredictionFact
  | OutputFact

export interface CustomerFact extends StripeFact {
  kind: 'customer'
  customerId: string
  /** Absent if the event contains only the customer's id. */
  contact?: { email: string | null; deleted: boolean }
  /** The customer's languages as BCP 47 tags, most wanted first. Only the customer's own events name them. */
  preferredLocales?: string[]
  /** The default payment method, used where a subscription names none; absent if the event does not say. */
  defaultPaymentMethod?: string | null
  /** The host's users for this customer, as the event names them. */
  links?: UserLink[]
  /** Set if a snapshot of a subscription names the customer. */
  isSubscriber?: true
}

/** The state of a subscription. All columns come from the same event. */
export interface SubscriptionContents {
  status: string
  /** The plan: the licensed item with the highest price, else the first item. */
  priceId: string | null
  quantity: number | null
  interval: string | null
  intervalCount: number | null
  currency: string | null
  /** ISO 8601. The earliest end of a period among its items. */
  currentPeriodEnd: string | null
  /** True also if `cancelAt` is at or before the end of the period. */
  cancelAtPeriodEnd: boolean
  /** ISO 8601. */
  cancelAt: string | null
  canceledAt: string | null
  /** `cancellation_requested, payment_disputed, payment_failed`; null also before 2023. */
  cancellationReason: string | null
  trialEnd: string | null
  /** The behavior while collection is paused: `keep_as_draft, mark_uncollectible, void`. */
  pauseCollection: string | null
  /** `charge_automatically, send_invoice`. */
  collectionMethod: string | null
  /** A payment method or, before 2018, a source. */
  defaultPaymentMethod: string | null
  /** The behavior at the end of a trial without a payment method: `cancel, create_invoice, pause`. */
  missingPaymentMethod: string | null
  /** Whether a change waits for its payment: https://docs.stripe.com/billing/subscriptions/pending-updates */
  pendingUpdate: boolean
  items: SubscriptionItem[]
  /** Whether it has more items than the event carries. */
  itemsIncomplete: boolean
}

/** One price of a subscription. Fields that an old API version does not have are null. */
export interface SubscriptionItem {
  /** Made of the subscription's id if Stripe names none. */
  id: string
  priceId: string | null
  productId: string | null
  lookupKey: string | null
  quantity: number | null
  /** `licensed, metered`. */
  usageType: string | null
  /** In the currency's minor unit; null if it has a fraction or is unknown, as with tiers. */
  unitAmount: number | null
  /** A decimal number of minor units, if the amount has a fraction. */
  unitAmountDecimal: string | null
  currency: string | null
  interval: string | null
  intervalCount: number | null
  /** ISO 8601. */
  currentPeriodEnd: string | null
}

export interface SubscriptionFact extends StripeFact {
  kind: 'subscription'
  subscriptionId: string
  customerId: string
  contents: SubscriptionContents
  /** The previous values of the changed columns, from `previous_attributes`; may be empty. */
  previous: Partial<SubscriptionContents>
  /** The user in the subscription's own metadata. */
  links?: UserLink[]
}

/** The outcome of a subscription's invoice. */
export interface InvoiceOutcomeFact extends StripeFact {
  kind: 'invoiceOutcome'
  subscriptionId: string
  customerId: string
  invoiceId: string
  invoiceCreated: Date
  /**
   * `void`: nothing is owed any more, so that a failure no longer counts. `uncollectible`: the debt is written off, and
   * the subscription is in good standing again.
   */
  outcome: 'paid' | 'failed' | 'void' | 'uncollectible'
  billingReason: string | null
  /** If paid: the end of the period that was paid for. */
  paidUntil: Date | null
  /** The user in the subscription's metadata when the invoice was made. */
  links?: UserLink[]
}

/** The money that a payment moved, in the currency's minor unit. */
export interface PaidMoney {
  /** In total, tax and money outside Stripe included. */
  amount: number
  /** The part of `amount` that was paid outside Stripe. */
  external: number
  /** The price of all that is paid for, tax included. A payment of a part pays the same part of the tax. */
  total: number
  /** The tax in `total`. */
  tax: number
}

/** One of the payments that an invoice may have: https://docs.stripe.com/api/invoice-payment/object */
export interface InvoicePart {
  id: string
  /** In the currency's minor unit. */
  amount: number
  /** Whether it was paid outside Stripe. */
  isExternal: boolean
}

/** A payment that succeeded in whole or in part, or an attempt that failed. */
export interface PaymentFact extends StripeFact {
  kind: 'payment'
  /** The id of the outcome: `in_…`, `cs_…`, `pi_…` or `ch_…` when paid, `in_…:failed:<attempt>` when an attempt failed. */
  paymentId: string
  status: 'succeeded' | 'failed'
  stripeInvoiceId: string | null
  stripeSubscriptionId: string | null
  stripeCustomerId: string | null
  currency: string
  /** Absent if the event names only a part of the payment. */
  money?: PaidMoney
  /**
   * The money of the highest precedence counts. 0: what is paid so far, which only grows. 1: what is paid in the end.
   * Above 1: with a later overpayment.
   */
  precedence?: number
  part?: InvoicePart
  attemptCount: number
  nextPaymentAttempt: Date | null
  /** The buyer, for a payment without a customer. */
  links?: UserLink[]
  /** True if an import says it, so that the customer gets no receipt for it. */
  imported?: true
}

/** The state of a Replicate prediction at one moment (https://replicate.com/docs/topics/predictions/lifecycle). */
export interface PredictionFact {
  kind: 'prediction'
  predictionId: string
  status: PredictionStatus
  /** Any JSON, as Replicate sent it; null if there is none, or if Replicate has deleted it. */
  output: unknown
  /** The output's text, its pieces joined; null if it is not text. */
  text: string | null
  error: string | null
  metrics: Record<string, unknown> | null
  completedAt: Date | null
  /** Set if its user was forgotten: its row keeps no output from then on. No handler sets it. */
  forgotten?: true
}

/** One file of an output. */
export interface OutputFile {
  /** JSON pointer of the file in the output (https://www.rfc-editor.org/rfc/rfc6901), the same in every event. */
  pointer: string
  /** Zero-based index of the file in the output. */
  idx: number
  /** From the provider, unchecked: the downloader refuses some URLs. */
  url: string
}

/** The files of a prediction or training at one moment. */
export interface OutputFact {
  kind: 'output'
  predictionId: string
  files: OutputFile[]
  /** Number of files beyond those, which are too many to copy. Default: none. */
  filesRefused?: number
  /** True if it has ended and no further file will follow. */
  final: boolean
  completedAt: Date | null
}
