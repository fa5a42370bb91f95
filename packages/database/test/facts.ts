import type {
  BalanceMovement,
  CheckoutEntitlementFact,
  CheckoutSessionFact,
  ConnectedAccountFact,
  CreditNoteContents,
  CreditNoteFact,
  CustomerFact,
  DisputeFact,
  EntitlementSummaryFact,
  FraudWarningFact,
  InvoiceContents,
  InvoiceFact,
  InvoiceOutcomeFact,
  PaymentFact,
  PaymentMethodFact,
  PaymentReferenceFact,
  PredictionFact,
  PriceFact,
  ProductFact,
  RefundFact,
  SubscriptionFact,
} from '@sluice/events'
import type { Traced } from '../src/merges/index.ts'

/** This many seconds after a fixed moment. */
export const at = (second: number): Date => new Date(Date.UTC(2026, 0, 5, 9, 0, second))

const ORIGIN = { account: null, livemode: false, occurredAt: at(0) }

export const customer = (fact: Partial<CustomerFact>): CustomerFact => ({
  ...ORIGIN,
  kind: 'customer',
  customerId: 'cus_1',
  ...fact,
})

export interface SubscriptionChanges extends Partial<Omit<SubscriptionFact, 'contents'>> {
  contents?: Partial<SubscriptionFact['contents']>
}

export const subscription = (second: number, status: string, changes: SubscriptionChanges = {}): SubscriptionFact => ({
  ...ORIGIN,
  kind: 'subscription',
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  previous: {},
  ...changes,
  occurredAt: at(second),
  contents: {
    status,
    priceId: 'price_monthly',
    quantity: 1,
    interval: 'month',
    intervalCount: 1,
    currency: 'usd',
    currentPeriodEnd: null,
    cancelAtPeriodEnd: false,
    cancelAt: null,
    canceledAt: null,
    cancellationReason: null,
    trialEnd: null,
    pauseCollection: null,
    collectionMethod: 'charge_automatically',
    defaultPaymentMethod: null,
    missingPaymentMethod: null,
    pendingUpdate: false,
    items: [],
    itemsIncomplete: false,
    ...changes.contents,
  },
})

const MONTH_SECONDS = 2_592_000

/** The outcome of an invoice that was created in the second `created`. */
export const invoice = (
  second: number,
  outcome: InvoiceOutcomeFact['outcome'],
  { created = 0, ...fact }: Partial<InvoiceOutcomeFact> & { created?: number } = {},
): InvoiceOutcomeFact => ({
  ...ORIGIN,
  kind: 'invoiceOutcome',
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  invoiceId: 'in_1',
  invoiceCreated: at(created),
  billingReason: 'subscription_cycle',
  paidUntil: outcome === 'paid' ? at(MONTH_SECONDS) : null,
  ...fact,
  occurredAt: at(second),
  outcome,
})

/** A payment in full, without tax. */
export const payment = ({
  amount = 1_000,
  ...fact
}: Partial<Traced<PaymentFact>> & { amount?: number }): Traced<PaymentFact> => ({
  ...ORIGIN,
  kind: 'payment',
  paymentId: 'in_1',
  status: 'succeeded',
  stripeInvoiceId: 'in_1',
  stripeSubscriptionId: 'sub_1',
  stripeCustomerId: 'cus_1',
  currency: 'usd',
  money: { amount, external: 0, total: amount, tax: 0 },
  precedence: 1,
  attemptCount: 1,
  nextPaymentAttempt: null,
  webhookEventId: '1',
  ...fact,
})

export const prediction = (status: PredictionFact['status'], fact: Partial<PredictionFact> = {}): PredictionFact => ({
  kind: 'prediction',
  predictionId: 'p1',
  status,
  output: null,
  text: null,
  error: null,
  metrics: null,
  completedAt: null,
  ...fact,
})

export const checkout = (second: number, fact: Partial<CheckoutEntitlementFact> = {}): CheckoutEntitlementFact => ({
  ...ORIGIN,
  kind: 'checkoutEntitlement',
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  ...fact,
  occurredAt: at(second),
})

type Changes<F extends { contents: object }> = Partial<Omit<F, 'contents'>> & { contents?: Partial<F['contents']> }

const INVOICE: InvoiceContents = {
  status: 'open',
  number: 'A-1',
  amountDue: 1_000,
  amountPaid: 0,
  tax: null,
  currency: 'usd',
  collectionMethod: 'charge_automatically',
  billingReason: 'subscription_cycle',
  attemptCount: 0,
  nextPaymentAttempt: null,
  hostedInvoiceUrl: null,
  invoicePdf: null,
  customerEmail: null,
  periodStart: null,
  periodEnd: null,
  created: at(0).toISOString(),
  lines: [],
}

/** The contents of an invoice in that second. */
export const invoiceSaid = (second: number, { contents, ...fact }: Changes<InvoiceFact> = {}): InvoiceFact => ({
  ...ORIGIN,
  kind: 'invoice',
  invoiceId: 'in_1',
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  ...fact,
  occurredAt: at(second),
  contents: { ...INVOICE, ...contents },
})

export const session = (
  second: number,
  { contents, ...fact }: Changes<CheckoutSessionFact> = {},
): CheckoutSessionFact => ({
  ...ORIGIN,
  kind: 'checkoutSession',
  sessionId: 'cs_1',
  customerId: null,
  subscriptionId: null,
  ...fact,
  occurredAt: at(second),
  contents: {
    mode: 'payment',
    status: 'complete',
    paymentStatus: 'unpaid',
    amountTotal: 1_000,
    currency: 'usd',
    customerEmail: null,
    ...contents,
  },
})

/** A payment intent or a charge, and the invoice that it paid where that is known. */
export const reference = (
  name: string,
  invoiceId: string | null,
  fact: Partial<PaymentReferenceFact> = {},
): PaymentReferenceFact => ({ ...ORIGIN, kind: 'paymentReference', reference: name, invoiceId, ...fact })

export const refund = (second: number, status: string, fact: Partial<RefundFact> = {}): RefundFact => ({
  ...ORIGIN,
  kind: 'refund',
  refundId: 're_1',
  chargeId: 'ch_1',
  paymentIntentId: 'pi_1',
  amount: 400,
  currency: 'usd',
  ...fact,
  occurredAt: at(second),
  status,
})

export const dispute = (second: number, status: string, fact: Partial<DisputeFact> = {}): DisputeFact => ({
  ...ORIGIN,
  kind: 'dispute',
  disputeId: 'dp_1',
  chargeId: 'ch_1',
  paymentIntentId: 'pi_1',
  amount: 1_000,
  currency: 'usd',
  reason: 'fraudulent',
  evidenceDueBy: null,
  funds: null,
  movements: [],
  ...fact,
  occurredAt: at(second),
  status,
})

/** A movement of the Stripe balance because of a dispute. */
export const movement = (amount: number, fee = 0, fields: Partial<BalanceMovement> = {}): BalanceMovement => ({
  ...{ id: null, amount, fee, currency: 'usd', created: null },
  ...fields,
})

export const creditNote = (second: number, { contents, ...fact }: Changes<CreditNoteFact> = {}): CreditNoteFact => ({
  ...ORIGIN,
  kind: 'creditNote',
  creditNoteId: 'cn_1',
  invoiceId: 'in_1',
  customerId: 'cus_1',
  ...fact,
  occurredAt: at(second),
  contents: { ...CREDIT_NOTE, ...contents },
})

const CREDIT_NOTE: CreditNoteContents = {
  status: 'issued',
  number: 'A-1-CN-01',
  type: 'post_payment',
  reason: null,
  memo: null,
  currency: 'usd',
  amount: 300,
  amountExcludingTax: null,
  tax: null,
  prePaymentAmount: 0,
  postPaymentAmount: 300,
  customerBalanceAmount: 0,
  outOfBandAmount: 0,
  refundIds: [],
  lines: [],
  details: { subtotal: null, total: 300, shipping: null, discounts: [], taxes: [], lineCount: null },
  pdf: null,
  created: null,
  effectiveAt: null,
  voidedAt: null,
}

export const fraudWarning = (second: number, fact: Partial<FraudWarningFact> = {}): FraudWarningFact => ({
  ...ORIGIN,
  kind: 'fraudWarning',
  fraudWarningId: 'issfr_1',
  chargeId: 'ch_1',
  paymentIntentId: 'pi_1',
  fraudType: 'misc',
  actionable: true,
  created: null,
  ...fact,
  occurredAt: at(second),
})

export const paymentMethod = (second: number, fact: Partial<PaymentMethodFact> = {}): PaymentMethodFact => ({
  ...ORIGIN,
  kind: 'paymentMethod',
  paymentMethodId: 'pm_1',
  customerId: 'cus_1',
  type: 'card',
  card: { brand: 'visa', last4: '4242', expMonth: 1, expYear: 2030 },
  detached: false,
  ...fact,
  occurredAt: at(second),
})

export const connectedAccount = (second: number, deauthorized: boolean, livemode = true): ConnectedAccountFact => ({
  ...ORIGIN,
  kind: 'connectedAccount',
  accountId: 'acct_1',
  occurredAt: at(second),
  deauthorized,
  livemode,
})

export const product = (second: number, { contents, ...fact }: Changes<ProductFact> = {}): ProductFact => ({
  ...ORIGIN,
  kind: 'product',
  productId: 'prod_1',
  ...fact,
  occurredAt: at(second),
  contents: { name: 'Pro', active: true, metadata: {}, deleted: false, ...contents },
})

export const price = (second: number, { contents, ...fact }: Changes<PriceFact> = {}): PriceFact => ({
  ...ORIGIN,
  kind: 'price',
  priceId: 'price_1',
  object: 'price',
  lookupKeys: contents?.lookupKey ? [contents.lookupKey] : [],
  ...fact,
  occurredAt: at(second),
  contents: {
    productId: 'prod_1',
    lookupKey: null,
    unitAmount: 1_000,
    unitAmountDecimal: null,
    currency: 'usd',
    interval: 'month',
    intervalCount: 1,
    usageType: 'licensed',
    active: true,
    deleted: false,
    ...contents,
  },
})

export const entitlements = (
  second: number,
  features: string[],
  fact: Partial<EntitlementSummaryFact> = {},
): EntitlementSummaryFact => ({
  ...ORIGIN,
  kind: 'entitlementSummary',
  customerId: 'cus_1',
  ...fact,
  occurredAt: at(second),
  contents: { features, incomplete: false },
})
