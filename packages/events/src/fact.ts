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
import type { PredictionStatus } from './status.ts'
import type { StripeFact } from './stripe-fact.ts'

/**
 * What an event says, in our words. Facts merge, they do not overwrite: the database folds them into rows by rules
 * that give one state whatever the order and however often they come.
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
  /** Left out when the event does not show the customer itself. */
  contact?: { email: string | null; deleted: boolean }
  /** The host's user this customer belongs to, and how surely the event knows. */
  link?: { userId: string; by: 'client_reference_id' | 'metadata' }
}

/** The columns of a subscription that travel together: never half from one event and half from another. */
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
  /** The old values of what this event changed, from `previous_attributes`. Empty when it names none of our columns. */
  previous: Partial<SubscriptionContents>
}

/** How the charge of one invoice of a subscription ended. */
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

export type LedgerAccount = 'cash' | 'revenue' | 'refunds' | 'disputes'

/** Two rows of the ledger, one on each side: so every key sums to zero. */
export interface LedgerEntryFact {
  kind: 'ledgerEntry'
  /** `payment:<id>`, `refund:<id>`, `refund_failed:<id>`, `dispute:<id>:<status>`. */
  entryKey: string
  paymentId: string
  debit: LedgerAccount
  credit: LedgerAccount
  /** In the currency's minor unit, above zero. */
  amount: number
  currency: string
}

/** One look at a Replicate prediction (https://replicate.com/docs/topics/predictions/lifecycle). */
export interface PredictionFact {
  kind: 'prediction'
  predictionId: string
  status: PredictionStatus
  /** Any JSON; null when there is none, or none any more. */
  output: unknown
  error: string | null
  metrics: Record<string, unknown> | null
  completedAt: Date | null
}

/** One file of an output. */
export interface OutputFile {
  /** Where in the output it stands (https://www.rfc-editor.org/rfc/rfc6901): the same file keeps it from look to look. */
  pointer: string
  /** The how-manieth file of the output it is, from 0. */
  idx: number
  /** As the provider wrote it: not every address is one that we go to. */
  url: string
}

/** The files that one look at a prediction, or a training, shows. */
export interface OutputFact {
  kind: 'output'
  predictionId: string
  files: OutputFile[]
  /** Whether it is over: no file will follow. */
  final: boolean
  completedAt: Date | null
}
