import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import { type BilledInvoice, loadBilledInvoice } from './invoices.ts'

/** An invoice, and what decides whether its customer is asked to pay it. */
export interface OwedInvoice extends BilledInvoice {
  billingReason: string | null
  /** `charge_automatically, send_invoice`; null if unknown. */
  collectionMethod: string | null
  /** When an attempt failed last, and when the customer had to confirm one last. */
  failedAt: Date | null
  actionRequiredAt: Date | null
  isCustomerDeleted: boolean
  /** Null for an invoice without a subscription. */
  subscriptionId: string | null
  /** Null also if nothing is known of the subscription. */
  subscription: {
    status: string
    canceledAt: Date | null
    /** `cancellation_requested, payment_disputed, payment_failed`; null if unknown. */
    cancellationReason: string | null
    pendingUpdate: boolean
  } | null
}

const COLUMNS = {
  billingReason: true,
  collectionMethod: true,
  failedAt: true,
  actionRequiredAt: true,
  stripeCustomerId: true,
  stripeSubscriptionId: true,
} as const

export async function loadOwedInvoice(pool: Pool, invoiceId: string): Promise<OwedInvoice | undefined> {
  const { invoice: invoices, customer: customers, subscription: subscriptions } = prismaOf(pool)
  const billed = await loadBilledInvoice(pool, invoiceId)
  const row = await invoices.findUnique({ where: { stripeInvoiceId: invoiceId }, select: COLUMNS })
  if (!billed || !row) return undefined
  const { stripeCustomerId, stripeSubscriptionId: subscriptionId, ...owed } = row
  const customer = stripeCustomerId
    ? await customers.findUnique({ where: { stripeCustomerId }, select: { deleted: true } })
    : null
  const subscription = subscriptionId
    ? await subscriptions.findUnique({
        where: { stripeSubscriptionId: subscriptionId },
        select: {
          status: true,
          canceledAt: true,
          cancellationReason: true,
          pendingUpdate: true,
          collectionMethod: true,
        },
      })
    : null
  const collectionMethod = owed.collectionMethod ?? subscription?.collectionMethod ?? null
  const isCustomerDeleted = customer?.deleted ?? false
  return { ...billed, ...owed, collectionMethod, isCustomerDeleted, subscriptionId, subscription }
}
