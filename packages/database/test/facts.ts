import type { CustomerFact, InvoiceOutcomeFact, PredictionFact, SubscriptionFact } from '@sluice/events'
import type { TracedPayment } from '../src/committer/merges/payment.ts'

/** So many seconds after a moment that does not matter. */
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
    currentPeriodEnd: null,
    cancelAtPeriodEnd: false,
    canceledAt: null,
    ...changes.contents,
  },
})

/** How an invoice of that name ended; it was made in the second `created`. */
export const invoice = (
  second: number,
  outcome: 'paid' | 'failed',
  { created = 0, ...fact }: Partial<InvoiceOutcomeFact> & { created?: number } = {},
): InvoiceOutcomeFact => ({
  ...ORIGIN,
  kind: 'invoiceOutcome',
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  invoiceId: 'in_1',
  invoiceCreated: at(created),
  billingReason: 'subscription_cycle',
  ...fact,
  occurredAt: at(second),
  outcome,
})

export const payment = (fact: Partial<TracedPayment>): TracedPayment => ({
  ...ORIGIN,
  kind: 'payment',
  paymentId: 'in_1',
  status: 'succeeded',
  stripeInvoiceId: 'in_1',
  stripeSubscriptionId: 'sub_1',
  stripeCustomerId: 'cus_1',
  amount: 1_000,
  currency: 'usd',
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
  error: null,
  metrics: null,
  completedAt: null,
  ...fact,
})
