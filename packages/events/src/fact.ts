import type {
  CheckoutEntitlementFact,
  CheckoutSessionFact,
  ConnectedAccountFact,
  DisputeFact,
  InvoiceFact,
  PaymentMethodFact,
  PaymentReferenceFact,
  RefundFact,
} from './billing-fact.ts'
import type { LedgerEntryFact } from './ledger.ts'
import type { PredictionStatus } from './status.ts'
import type { StripeFact } from './stripe-fact.ts'

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
  | InvoiceFact
  | PaymentFact
  | PaymentReferenceFact
  | RefundFact
  | DisputeFact
  | LedgerEntryFact
  | PaymentMethodFact
  | ConnectedAccountFact
  | PredictionFact
  | OutputFact

export interface CustomerFact extends StripeFact {
  kind: 'customer'
  customerId: string
  /** Absent if the event contains only the customer's id. */
  contact?: { email: string | null; deleted: boolean }
  /** The customer's languages as BCP 47 tags, most wanted first. Only the customer's own events name them. */
  preferredLocales?: string[]
  /** The host's user for this customer. `by` is the source of the link and decides its priority. */
  link?: { userId: string; by: 'client_reference_id' | 'metadata' }
}

/** The state of a subscription. All columns come from the same event. */
export interface SubscriptionContents {
  status: string
  priceId: string | null
  quantity: number | null
  interval: string | null
  intervalCount: number | null
  /** ISO 8601. */
  currentPeriodEnd: string | null
  cancelAtPeriodEnd: boolean
  /** ISO 8601. */
  canceledAt: string | null
}

export interface SubscriptionFact extends StripeFact {
  kind: 'subscription'
  subscriptionId: string
  customerId: string
  contents: SubscriptionContents
  /** The previous values of the changed columns, from `previous_attributes`; may be empty. */
  previous: Partial<SubscriptionContents>
}

/** The outcome of a charge for a subscription's invoice. */
export interface InvoiceOutcomeFact extends StripeFact {
  kind: 'invoiceOutcome'
  subscriptionId: string
  customerId: string
  invoiceId: string
  invoiceCreated: Date
  outcome: 'paid' | 'failed'
  billingReason: string | null
}

export interface PaymentFact extends StripeFact {
  kind: 'payment'
  /** The id of the outcome: `in_…` or `cs_…` when paid, `in_…:failed:<attempt>` when an attempt failed. */
  paymentId: string
  status: 'succeeded' | 'failed'
  stripeInvoiceId: string | null
  stripeSubscriptionId: string | null
  stripeCustomerId: string | null
  /** In the currency's minor unit. */
  amount: number
  currency: string
  attemptCount: number
  nextPaymentAttempt: Date | null
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
  /** True if it has ended and no further file will follow. */
  final: boolean
  completedAt: Date | null
}
