import type { PaymentFact } from '@sluice/events'
import { joinLinks, type Links, linkedUsers, linksOf } from './links.ts'
import type { Merge, Traced } from './merge-rows.ts'
import { compact, digestOf, least } from './order.ts'

interface Contents {
  status: string
  amount: number
  currency: string
  stripeInvoiceId: string | null
  stripeSubscriptionId: string | null
  stripeCustomerId: string | null
  account: string | null
  livemode: boolean | null
}

interface Registers {
  first?: { occurredAt: string; digest: string; contents: Contents }
  attemptCount?: number
  nextPaymentAttempt?: string
  /** The buyer, where there is no customer. */
  links?: Links
}

/** One row per outcome. The earliest fact decides its contents, and the counters only grow. */
export const paymentMerge: Merge<Traced<PaymentFact>, Registers> = {
  table: 'payments',
  key: 'payment_id',
  types: {
    livemode: 'boolean',
    amount: 'bigint',
    attempt_count: 'integer',
    next_payment_attempt: 'timestamptz',
    occurred_at: 'timestamptz',
    webhook_event_id: 'bigint',
    link_user_ids: 'text[]',
  },
  shown: `stripe_invoice_id stripe_subscription_id stripe_customer_id user_id account livemode status amount currency
    attempt_count next_payment_attempt occurred_at link_user_ids`,
  volatile: 'webhook_event_id',
  keyOf: ({ paymentId }) => paymentId,
  customerOf: ({ stripeCustomerId }) => stripeCustomerId,
  once: ({ webhookEventId }) => ({ webhook_event_id: webhookEventId }),

  registersOf: ({ occurredAt, attemptCount, nextPaymentAttempt, ...fact }) => {
    const contents: Contents = {
      status: fact.status,
      amount: fact.amount,
      currency: fact.currency,
      stripeInvoiceId: fact.stripeInvoiceId,
      stripeSubscriptionId: fact.stripeSubscriptionId,
      stripeCustomerId: fact.stripeCustomerId,
      account: fact.account,
      livemode: fact.livemode,
    }
    return compact({
      first: { occurredAt: occurredAt.toISOString(), digest: digestOf(contents), contents },
      attemptCount,
      nextPaymentAttempt: nextPaymentAttempt?.toISOString(),
      links: linksOf(fact.links, occurredAt),
    })
  },

  join: (a, b) =>
    compact({
      first: least(a.first, b.first, ({ occurredAt, digest }) => [occurredAt, digest]),
      attemptCount: Math.max(a.attemptCount ?? 0, b.attemptCount ?? 0),
      nextPaymentAttempt: [a.nextPaymentAttempt, b.nextPaymentAttempt].sort().findLast((date) => date !== undefined),
      links: joinLinks(a.links, b.links),
    }),

  columnsOf: ({ first, attemptCount, nextPaymentAttempt, links }) => ({
    status: first?.contents.status,
    amount: first?.contents.amount,
    currency: first?.contents.currency,
    stripe_invoice_id: first?.contents.stripeInvoiceId,
    stripe_subscription_id: first?.contents.stripeSubscriptionId,
    stripe_customer_id: first?.contents.stripeCustomerId,
    account: first?.contents.account,
    livemode: first?.contents.livemode,
    occurred_at: first?.occurredAt,
    attempt_count: attemptCount ?? 0,
    next_payment_attempt: nextPaymentAttempt ?? null,
    link_user_ids: linkedUsers(links),
  }),
}
