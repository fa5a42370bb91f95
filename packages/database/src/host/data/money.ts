import { firstUserIn } from '../../merges/links.ts'
import { iso, loads } from './sql.ts'

/**
 * A Checkout belongs to the user of its subscription or payment, else of its customer. A guest who had nothing to pay has
 * none of them.
 */
export const checkout = loads(`
  SELECT s.stripe_checkout_session_id AS subject, jsonb_build_object(
      'sessionId', s.stripe_checkout_session_id,
      'userId', coalesce(b.user_id, p.user_id, i.user_id, c.user_id,
        ${firstUserIn("ARRAY(SELECT jsonb_array_elements_text(s.details -> 'userIds'))")}),
      'customerId', s.stripe_customer_id, 'subscriptionId', s.stripe_subscription_id, 'mode', s.mode,
      'paymentStatus', s.payment_status, 'amount', s.amount_total, 'currency', s.currency,
      'account', s.account, 'livemode', s.livemode) AS data,
    CASE WHEN s.status <> 'complete' THEN 'the session is not complete' END AS obsolete
  FROM checkout_sessions s
  LEFT JOIN subscriptions b ON b.stripe_subscription_id = s.stripe_subscription_id
  LEFT JOIN LATERAL (SELECT p.user_id FROM payments p
    WHERE p.payment_id IN (s.stripe_checkout_session_id, s.details ->> 'paymentIntentId') AND p.user_id IS NOT NULL
    ORDER BY p.payment_id LIMIT 1) AS p ON true
  LEFT JOIN LATERAL (SELECT user_id FROM payments i WHERE i.stripe_subscription_id = s.stripe_subscription_id
    AND i.user_id IS NOT NULL ORDER BY i.occurred_at LIMIT 1) AS i ON true
  LEFT JOIN customers c ON c.stripe_customer_id = s.stripe_customer_id
    AND c.account IS NOT DISTINCT FROM s.account
  WHERE s.stripe_checkout_session_id = ANY ($1)`)

const PAYMENT = `'paymentId', payment_id, 'userId', user_id, 'customerId', stripe_customer_id,
  'subscriptionId', stripe_subscription_id, 'invoiceId', stripe_invoice_id, 'amount', p.amount, 'currency', currency,
  'occurredAt', ${iso('occurred_at')}, 'account', account, 'livemode', livemode`

const MOVED = `WHEN moved_to_payment_id IS NOT NULL THEN 'another payment has its money'`

/**
 * An invoice may claim an intent's money after the intent was announced as a payment of its own. If it has no other money,
 * it is not announced again. A message about the intent that was sent before is sent again with what the invoice says.
 */
export const payment = loads(`
  SELECT asked AS subject, jsonb_build_object(${PAYMENT}) AS data,
    CASE WHEN is_moved THEN 'another payment has its money' WHEN status <> 'succeeded' THEN 'it did not succeed' END
      AS obsolete,
    CASE WHEN NOT is_moved AND moved.amount >= p.amount THEN moved.ids END AS "sameMoney"
  FROM (SELECT s.payment_id AS asked, s.moved_to_payment_id IS NOT NULL AS is_moved,
      coalesce(t.payment_id, s.payment_id) AS payment_id
    FROM payments s LEFT JOIN payments t ON t.payment_id = s.moved_to_payment_id
    WHERE s.payment_id = ANY ($1)) AS subject
  JOIN payments p USING (payment_id)
  LEFT JOIN LATERAL (SELECT array_agg(m.payment_id) AS ids, sum(m.amount) AS amount FROM payments m
    WHERE m.moved_to_payment_id = p.payment_id) AS moved ON true`)

export const failedPayment = loads(`
  SELECT payment_id AS subject, jsonb_build_object(${PAYMENT}, 'attemptCount', attempt_count,
      'nextPaymentAttempt', ${iso('next_payment_attempt')}) AS data,
    CASE ${MOVED} WHEN status <> 'failed' THEN 'it did not fail' END AS obsolete
  FROM payments p WHERE payment_id = ANY ($1)`)

/** Refunds and disputes name only the charge or intent. */
const OF_PAYMENT = (table: string) => `LEFT JOIN LATERAL (
    SELECT p.payment_id, p.user_id, p.stripe_customer_id FROM payment_references r JOIN payments p USING (payment_id)
    WHERE r.reference IN (${table}.charge_id, ${table}.payment_intent_id) ORDER BY r.reference LIMIT 1
  ) AS p ON true`

export const refund = loads(`
  SELECT f.stripe_refund_id AS subject, jsonb_build_object('refundId', f.stripe_refund_id, 'paymentId', p.payment_id,
      'userId', p.user_id, 'customerId', p.stripe_customer_id, 'status', f.status, 'amount', f.amount,
      'currency', f.currency, 'account', f.account, 'livemode', f.livemode) AS data
  FROM refunds f ${OF_PAYMENT('f')} WHERE f.stripe_refund_id = ANY ($1)`)

export const dispute = loads(`
  SELECT d.stripe_dispute_id AS subject, jsonb_build_object('disputeId', d.stripe_dispute_id, 'paymentId', p.payment_id,
      'userId', p.user_id, 'customerId', p.stripe_customer_id, 'status', d.status, 'reason', d.reason,
      'amount', d.amount, 'currency', d.currency, 'evidenceDueBy', ${iso('d.evidence_due_by')},
      'account', d.account, 'livemode', d.livemode) AS data
  FROM disputes d ${OF_PAYMENT('d')} WHERE d.stripe_dispute_id = ANY ($1)`)
