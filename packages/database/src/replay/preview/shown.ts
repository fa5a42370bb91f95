/** Columns of state whose values name no person and open nothing: a column that is not here is never shown. */
const SHOWN = new Set(
  [
    'status error', // of webhook_events; a generation's error is the provider's text, see below
    'stripe_customer_id stripe_subscription_id stripe_invoice_id payment_id user_id link_user_id account livemode deleted',
    'is_active billing_period interval interval_count price_id quantity current_period_end cancel_at_period_end',
    'canceled_at undecided amount currency attempt_count next_payment_attempt occurred_at',
    'amount_due amount_paid tax period_start period_end mode payment_status amount_total',
    'succeeded amount_refunded charge_id payment_intent_id reason evidence_due_by detached deauthorized',
    'direction kind role completed_at idx',
  ].flatMap((names) => names.split(' ')),
)

const HIDDEN = new Set(['generation_jobs.error'])

export const isShown = (table: string, column: string): boolean =>
  SHOWN.has(column) && !HIDDEN.has(`${table}.${column}`)
