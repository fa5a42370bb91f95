import type { InvoiceLine } from '@sluice/events'
import type { Pool } from 'pg'

/** What letters and documents say of billing, read from merged rows. Amounts in the currency's minor unit. */
export interface BilledPayment {
  paymentId: string
  status: string
  amount: bigint
  currency: string
  occurredAt: Date
  livemode: boolean | null
  email: string | null
  /** Null for a payment without one. */
  invoice: BilledInvoice | null
}

export interface BilledInvoice {
  invoiceId: string
  status: string
  number: string | null
  amountDue: bigint
  amountPaid: bigint
  tax: bigint | null
  currency: string
  attemptCount: number
  nextPaymentAttempt: Date | null
  hostedInvoiceUrl: string | null
  periodStart: Date | null
  periodEnd: Date | null
  createdAt: Date | null
  lines: InvoiceLine[]
  livemode: boolean | null
  account: string | null
  email: string | null
}

/** A customer's own address; else the one that an object of theirs names; else the one that the host has. */
const emailOf = (customer: string, named = 'NULL') => `(SELECT coalesce(c.email, ${named}, u.email)
  FROM (SELECT ${customer} AS id) one
  LEFT JOIN customers c ON c.stripe_customer_id = one.id
  LEFT JOIN users u ON u.id = c.user_id OR (c.user_id IS NULL AND u.stripe_customer_id = one.id) LIMIT 1)`

const INVOICE = `SELECT i.stripe_invoice_id AS "invoiceId", i.status, i.number, i.amount_due AS "amountDue",
  i.amount_paid AS "amountPaid", i.tax, i.currency, i.attempt_count AS "attemptCount",
  i.next_payment_attempt AS "nextPaymentAttempt", i.hosted_invoice_url AS "hostedInvoiceUrl",
  i.period_start AS "periodStart", i.period_end AS "periodEnd", i.created_at AS "createdAt", i.lines, i.livemode,
  i.account, ${emailOf('i.stripe_customer_id', 'i.customer_email')} AS email
  FROM invoices i WHERE i.stripe_invoice_id = $1`

export async function loadBilledInvoice(pool: Pool, invoiceId: string): Promise<BilledInvoice | undefined> {
  const { rows } = await pool.query(INVOICE, [invoiceId])
  const [row] = rows
  if (!row) return undefined
  return {
    ...row,
    amountDue: BigInt(row.amountDue),
    amountPaid: BigInt(row.amountPaid),
    tax: row.tax === null ? null : BigInt(row.tax),
  }
}

export async function loadBilledPayment(pool: Pool, paymentId: string): Promise<BilledPayment | undefined> {
  const { rows } = await pool.query(
    `SELECT p.payment_id AS "paymentId", p.status, p.amount, p.currency, p.occurred_at AS "occurredAt", p.livemode,
      coalesce(p.stripe_invoice_id, p.payment_id) AS "invoiceId",
      ${emailOf('p.stripe_customer_id', 's.customer_email')} AS email
      FROM payments p LEFT JOIN checkout_sessions s ON s.stripe_checkout_session_id = p.payment_id
      WHERE p.payment_id = $1`,
    [paymentId],
  )
  const [row] = rows
  if (!row) return undefined
  const { invoiceId, ...payment } = row
  const invoice = (await loadBilledInvoice(pool, invoiceId)) ?? null
  return { ...payment, amount: BigInt(payment.amount), email: payment.email ?? invoice?.email ?? null, invoice }
}

export interface BilledCheckout {
  status: string | null
  paymentStatus: string | null
  amount: bigint | null
  currency: string | null
  livemode: boolean | null
  email: string | null
}

export async function loadBilledCheckout(pool: Pool, sessionId: string): Promise<BilledCheckout | undefined> {
  const { rows } = await pool.query(
    `SELECT s.status, s.payment_status AS "paymentStatus", s.amount_total AS amount, s.currency, s.livemode,
      ${emailOf('s.stripe_customer_id', 's.customer_email')} AS email
      FROM checkout_sessions s WHERE s.stripe_checkout_session_id = $1`,
    [sessionId],
  )
  const [row] = rows
  return row && { ...row, amount: row.amount === null ? null : BigInt(row.amount) }
}

export interface BilledSubscription {
  status: string
  isActive: boolean
  cancelAtPeriodEnd: boolean
  /** Whether its customer has one that is attached: what a trial can go on with. */
  hasPaymentMethod: boolean
  livemode: boolean | null
  email: string | null
}

export async function loadBilledSubscription(pool: Pool, id: string): Promise<BilledSubscription | undefined> {
  const { rows } = await pool.query<BilledSubscription>(
    `SELECT s.status, s.is_active AS "isActive", s.cancel_at_period_end AS "cancelAtPeriodEnd", s.livemode,
      EXISTS (SELECT 1 FROM payment_methods m WHERE m.stripe_customer_id = s.stripe_customer_id AND NOT m.detached)
        AS "hasPaymentMethod",
      ${emailOf('s.stripe_customer_id')} AS email
      FROM subscriptions s WHERE s.stripe_subscription_id = $1`,
    [id],
  )
  return rows[0]
}

export interface OpenedDispute {
  disputeId: string
  status: string
  reason: string | null
  amount: bigint
  currency: string
  evidenceDueBy: Date | null
  chargeId: string | null
  account: string | null
  livemode: boolean | null
}

export async function loadDispute(pool: Pool, id: string): Promise<OpenedDispute | undefined> {
  const { rows } = await pool.query(
    `SELECT stripe_dispute_id AS "disputeId", status, reason, amount, currency, evidence_due_by AS "evidenceDueBy",
      charge_id AS "chargeId", account, livemode FROM disputes WHERE stripe_dispute_id = $1`,
    [id],
  )
  const [row] = rows
  return row && { ...row, amount: BigInt(row.amount) }
}

export interface ReferencedPayment {
  /** The payment it paid, where one is known. */
  paymentId: string | null
  succeeded: boolean
  livemode: boolean | null
}

/** What is known of a payment intent or charge. */
export async function loadReference(pool: Pool, reference: string): Promise<ReferencedPayment | undefined> {
  const { rows } = await pool.query<ReferencedPayment>(
    'SELECT payment_id AS "paymentId", succeeded, livemode FROM payment_references WHERE reference = $1',
    [reference],
  )
  return rows[0]
}

export async function loadCustomerEmail(pool: Pool, customerId: string): Promise<string | null> {
  const { rows } = await pool.query<{ email: string | null }>(`SELECT ${emailOf('$1::text')} AS email`, [customerId])
  return rows[0]?.email ?? null
}
