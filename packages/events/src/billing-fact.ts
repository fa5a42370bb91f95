import type { CreditTerms } from './credit-terms.ts'
import type { CheckoutDetails, CreditNoteDetails, InvoiceDetails, SoldLine } from './invoice-details.ts'
import type { StripeFact } from './stripe-fact.ts'
import type { UserLink } from './user-link.ts'

/** A line of an invoice, as the customer sees it. */
export interface InvoiceLine {
  description: string
  quantity: number | null
  /** In the currency's minor unit; negative for a credit. */
  amount: number
  /** Price of one, in the minor unit with up to 12 decimals. Missing in rows of older versions, like all below. */
  unitAmount?: string | null
  /** In percent; the rates of all its taxes. */
  taxRates?: number[]
  /** ISO 8601. */
  periodStart?: string | null
  periodEnd?: string | null
  /** Only lines of invoices name it. */
  priceId?: string
  /** It charges or credits a part of a period. */
  isProration?: true
  /** Where the line contains its price. */
  creditTerms?: CreditTerms
}

/** The state of an invoice at one moment. All columns come from the same event. */
export interface InvoiceContents {
  /** `draft, open, paid, uncollectible, void`, or a newer Stripe status; `deleted` for a deleted draft. */
  status: string
  number: string | null
  /** Amounts in the currency's minor unit. */
  amountDue: number
  amountPaid: number
  tax: number | null
  currency: string
  billingReason: string | null
  /** `charge_automatically` or `send_invoice`; null if the event does not say. */
  collectionMethod: string | null
  attemptCount: number
  /** ISO 8601; null when Stripe plans no further attempt. */
  nextPaymentAttempt: string | null
  hostedInvoiceUrl: string | null
  invoicePdf: string | null
  customerEmail: string | null
  /** ISO 8601. */
  periodStart: string | null
  periodEnd: string | null
  created: string | null
  /** At most the ten that events carry (https://docs.stripe.com/api/invoices/object#invoice_object-lines). */
  lines: InvoiceLine[]
  /** Missing in rows of older versions. */
  details?: InvoiceDetails
}

export interface InvoiceFact extends StripeFact {
  kind: 'invoice'
  invoiceId: string
  customerId: string | null
  subscriptionId: string | null
  contents: InvoiceContents
  /** The event reports that an attempt failed, or that the customer must confirm one. */
  attempt?: 'failed' | 'action_required'
}

export interface CheckoutSessionFact extends StripeFact {
  kind: 'checkoutSession'
  sessionId: string
  customerId: string | null
  subscriptionId: string | null
  /** The buyer, if the session has no customer. */
  links?: UserLink[]
  contents: {
    mode: string | null
    /** `open, complete, expired`. */
    status: string | null
    /** `unpaid, paid, no_payment_required`. */
    paymentStatus: string | null
    amountTotal: number | null
    currency: string | null
    customerEmail: string | null
    /** The language of Checkout as an IETF tag; null if the browser decides. Sessions recorded earlier lack it. */
    locale?: string | null
    /** Sessions recorded earlier lack it. */
    details?: CheckoutDetails
  }
}

/** All prices that a Checkout session sold. They never change once it is complete. */
export interface CheckoutLinesFact extends StripeFact {
  kind: 'checkoutLines'
  sessionId: string
  lines: SoldLine[]
}

/** A completed Checkout of a subscription that is paid or needs no payment. Grants access until the first snapshot. */
export interface CheckoutEntitlementFact extends StripeFact {
  kind: 'checkoutEntitlement'
  subscriptionId: string
  customerId: string
}

/** A Checkout session that a payment intent paid or is to pay. */
export interface SessionClaim {
  sessionId: string
  customerId: string | null
  /** Whether the session says that it is paid. */
  isPaid: boolean
  /** Whether the session creates an invoice, which then claims the intent. */
  createsInvoice: boolean
  /** In the currency's minor unit, tax included. */
  amountTotal: number
  amountTax: number
  currency: string
  /** The buyer, as of the event. */
  links?: UserLink[]
}

/** The money that a payment intent or charge received. */
export interface ReceivedMoney {
  /** In the currency's minor unit. */
  amount: number
  currency: string
  customerId: string | null
  /** The address that the intent or charge itself names. */
  email?: string | null
  /** The payer, as of the event. */
  links?: UserLink[]
}

/**
 * A payment intent (`pi_…`) or charge (`ch_…`, `py_…`). Refunds and disputes name these instead of the payment. Every
 * event that names one adds this fact, and events that know what was paid add the invoice or session.
 */
export interface PaymentReferenceFact extends StripeFact {
  kind: 'paymentReference'
  reference: string
  /** The invoice that it paid, if the event names it. */
  invoiceId?: string | null
  /** The invoice that it paid, as the schedule found by customer, amount and time because no event names it. */
  matchedInvoiceId?: string
  /** The Checkout session that it paid, if the event names it. */
  session?: SessionClaim
  received?: ReceivedMoney
  /** The credits that the metadata of an intent or charge names, once it succeeded. */
  creditTerms?: CreditTerms
  /** The id of its payment, from the schedule that books what nobody claimed. */
  bookedAs?: string
  /** True if it is known to have succeeded. */
  succeeded?: boolean
  /** Amount of the charge that is refunded so far, in the minor unit. */
  amountRefunded?: number
  /** True if an import says it, so that the customer gets no receipt for it. */
  imported?: true
}

/** Stripe's fee for a movement of money; negative when it gave the fee back. */
export interface Fee {
  /** In the currency's minor unit. */
  amount: number
  /** The currency of the Stripe balance, which may be another one than the payment's. */
  currency: string
}

export interface RefundFact extends StripeFact {
  kind: 'refund'
  refundId: string
  chargeId: string | null
  paymentIntentId: string | null
  /** In the currency's minor unit. */
  amount: number
  currency: string
  /** `pending, requires_action, succeeded, failed, canceled`. A succeeded refund may still fail. */
  status: string
  /** The fee of its balance transaction, if the event contains it. */
  fee?: Fee
}

/** Where the money of a dispute went. */
export type FundsDirection = 'withdrawn' | 'reinstated'

/**
 * A movement of the Stripe balance because of a dispute
 * (https://docs.stripe.com/api/balance_transactions/object).
 */
export interface BalanceMovement {
  /** `txn_…`; null if the event does not name it. */
  id: string | null
  /** In the currency's minor unit, negative when money was withdrawn; the fee is not part of it. */
  amount: number
  /** In the currency's minor unit, negative when it was given back. */
  fee: number
  currency: string
  /** ISO 8601. */
  created: string | null
}

export interface DisputeFact extends StripeFact {
  kind: 'dispute'
  disputeId: string
  chargeId: string | null
  paymentIntentId: string | null
  /** In the currency's minor unit. */
  amount: number
  currency: string
  /** `warning_…` (no money moved), `needs_response, under_review, won, lost`, … */
  status: string
  reason: string | null
  evidenceDueBy: Date | null
  /** The direction that the type of the event names; null for other types. */
  funds: FundsDirection | null
  /** All movements so far, in order; empty if the event names none. */
  movements: BalanceMovement[]
}

/** The state of a credit note at one moment. Amounts in the currency's minor unit. All columns come from one event. */
export interface CreditNoteContents {
  /** `issued, void`. */
  status: string
  number: string | null
  /** `pre_payment, post_payment, mixed`. */
  type: string | null
  reason: string | null
  memo: string | null
  currency: string
  /** Including tax. */
  amount: number
  /** Without tax; null if the event does not say it. */
  amountExcludingTax: number | null
  tax: number | null
  /** How much less is due of the invoice. No money moves. */
  prePaymentAmount: number
  /** How much of the paid amount is given back: by refunds, to the customer's balance, or outside Stripe. */
  postPaymentAmount: number
  /** Credited to the customer's balance; null if it cannot be told from the refunds. No money moves. */
  customerBalanceAmount: number | null
  /** Given back outside Stripe. */
  outOfBandAmount: number
  /** The refunds by which it is paid, `re_…`. */
  refundIds: string[]
  /** At most the ten that events carry. */
  lines: InvoiceLine[]
  details: CreditNoteDetails
  pdf: string | null
  /** ISO 8601. */
  created: string | null
  effectiveAt: string | null
  voidedAt: string | null
}

export interface CreditNoteFact extends StripeFact {
  kind: 'creditNote'
  creditNoteId: string
  invoiceId: string | null
  customerId: string | null
  contents: CreditNoteContents
}

/** The issuer's warning that a charge is likely to be disputed as fraud. */
export interface FraudWarningFact extends StripeFact {
  kind: 'fraudWarning'
  fraudWarningId: string
  chargeId: string | null
  paymentIntentId: string | null
  /** `made_with_stolen_card, misc`, … */
  fraudType: string | null
  /** False once the charge is fully refunded or disputed. */
  actionable: boolean
  /** ISO 8601. */
  created: string | null
}

export interface PaymentMethodFact extends StripeFact {
  kind: 'paymentMethod'
  paymentMethodId: string
  customerId: string | null
  type: string
  card: { brand: string | null; last4: string | null; expMonth: number | null; expYear: number | null } | null
  /** A detached method can never be used again (https://docs.stripe.com/api/payment_methods/detach). */
  detached: boolean
}

/** Whether a connected account still authorizes the platform. */
export interface ConnectedAccountFact extends StripeFact {
  kind: 'connectedAccount'
  accountId: string
  deauthorized: boolean
  /** The event says that the account has just authorized the platform. */
  isAuthorization?: boolean
}
