/** Finds rows of one kind by a key. */
export interface Lookup {
  kind: string
  /**
   * Selects `id`, and in further columns the status, ids of related rows and lists of these. `$1` is the text. Finds its
   * rows by an index, because each table may have millions.
   */
  text: string
  /** Only a text of this form is a key. Default: any. */
  form?: RegExp
}

/** Bounds what one e-mail address, or a document's number, leads to. */
const MANY = 'LIMIT 20'

const CUSTOMER = `SELECT stripe_customer_id AS id, user_id AS "user", account,
    CASE WHEN deleted THEN 'deleted' END AS status,
    ARRAY(SELECT stripe_subscription_id FROM subscriptions s WHERE s.stripe_customer_id = c.stripe_customer_id
      ORDER BY 1 LIMIT 5) AS subscription,
    ARRAY(SELECT payment_id FROM payments p WHERE p.stripe_customer_id = c.stripe_customer_id
      ORDER BY occurred_at DESC LIMIT 5) AS payment
  FROM customers c WHERE`

const USER = `SELECT id, role AS status,
    ARRAY(SELECT stripe_customer_id FROM customers c WHERE c.user_id = u.id
      UNION SELECT u.stripe_customer_id WHERE u.stripe_customer_id IS NOT NULL ORDER BY 1 LIMIT 5) AS customer,
    ARRAY(SELECT stripe_subscription_id FROM subscriptions s WHERE s.user_id = u.id ORDER BY 1 LIMIT 5) AS subscription
  FROM users u WHERE`

const PAYMENT = `SELECT payment_id AS id, concat_ws(' ', status, amount, currency) AS status, stripe_invoice_id AS invoice,
    stripe_subscription_id AS subscription, stripe_customer_id AS customer, user_id AS "user", account,
    (SELECT event_id FROM webhook_events e WHERE e.id = webhook_event_id) AS event
  FROM payments WHERE`

const EFFECT = `SELECT effect_key AS id, kind AS type, concat_ws(': ', status, error) AS status,
    (SELECT event_id FROM webhook_events e WHERE e.id = webhook_event_id) AS event
  FROM outbox_messages WHERE`

const EVENT = `SELECT event_id AS id, provider, type, concat_ws(': ', status, error) AS status,
    customer_id AS customer, subscription_id AS subscription, account
  FROM webhook_events WHERE`

const SESSION = `SELECT stripe_checkout_session_id AS id, status, stripe_customer_id AS customer,
    stripe_subscription_id AS subscription, account
  FROM checkout_sessions WHERE`

const REFERENCE = `SELECT reference AS id, CASE WHEN succeeded THEN 'succeeded' END AS status, payment_id AS payment,
    account, (SELECT event_id FROM webhook_events e WHERE e.id = webhook_event_id) AS event,
    ARRAY(SELECT stripe_refund_id FROM refunds f WHERE f.charge_id = r.reference OR f.payment_intent_id = r.reference
      ORDER BY 1 LIMIT 5) AS refund,
    ARRAY(SELECT stripe_dispute_id FROM disputes d WHERE d.charge_id = r.reference OR d.payment_intent_id = r.reference
      ORDER BY 1 LIMIT 5) AS dispute
  FROM payment_references r WHERE`

/** Refunds, disputes and warnings name only a charge or an intent. */
const PAYMENT_OF = `ARRAY(SELECT DISTINCT r.payment_id FROM payment_references r
    WHERE r.reference IN (charge_id, payment_intent_id) AND r.payment_id IS NOT NULL ORDER BY 1 LIMIT 5) AS payment`

const MESSAGE = `SELECT effect_key AS id, kind AS type, status,
    (SELECT event_id FROM webhook_events e WHERE e.id = webhook_event_id) AS event
  FROM notifications WHERE`

const JOB = `SELECT id, prediction_id AS prediction, status, user_id AS "user" FROM generation_jobs WHERE`

const EMAIL = /@/

/** The keys of rows with an e-mail address, which not every role may read. */
const withAddress = (kind: string): string => `IN (SELECT a.id FROM sluice_find_address($1) a WHERE a.kind = '${kind}')`

/** Every kind, in the order in which it is printed. */
export const LOOKUPS: readonly Lookup[] = [
  // The index begins with the provider.
  { kind: 'event', text: `${EVENT} provider = ANY ($2) AND event_id = $1` },
  { kind: 'event', text: `${EVENT} id = $1::bigint`, form: /^\d{1,18}$/ },
  { kind: 'user', text: `${USER} id = $1` },
  { kind: 'user', text: `${USER} id ${withAddress('user')} ORDER BY id ${MANY}`, form: EMAIL },
  { kind: 'customer', text: `${CUSTOMER} stripe_customer_id = $1` },
  {
    kind: 'customer',
    text: `${CUSTOMER} stripe_customer_id ${withAddress('customer')} ORDER BY 1 ${MANY}`,
    form: EMAIL,
  },
  {
    kind: 'subscription',
    text: `SELECT stripe_subscription_id AS id, status, stripe_customer_id AS customer, user_id AS "user",
        price_id AS price, account FROM subscriptions WHERE stripe_subscription_id = $1`,
  },
  {
    kind: 'subscription item',
    text: `SELECT stripe_subscription_item_id AS id, stripe_subscription_id AS subscription, price_id AS price,
        product_id AS product FROM subscription_items WHERE stripe_subscription_item_id = $1`,
  },
  {
    kind: 'invoice',
    text: `SELECT stripe_invoice_id AS id, concat_ws(' ', status, amount_due, currency) AS status, number,
        stripe_customer_id AS customer, stripe_subscription_id AS subscription, account,
        ARRAY(SELECT payment_id FROM payments p WHERE p.stripe_invoice_id = i.stripe_invoice_id ORDER BY 1 LIMIT 5) AS payment
      FROM invoices i WHERE stripe_invoice_id = $1`,
  },
  { kind: 'payment', text: `${PAYMENT} payment_id = $1` },
  { kind: 'charge or intent', text: `${REFERENCE} reference = $1` },
  {
    kind: 'charge or intent',
    text: `${REFERENCE} reference ${withAddress('reference')} ORDER BY 1 ${MANY}`,
    form: EMAIL,
  },
  { kind: 'checkout session', text: `${SESSION} stripe_checkout_session_id = $1` },
  {
    kind: 'checkout session',
    text: `${SESSION} stripe_checkout_session_id ${withAddress('session')} ORDER BY 1 ${MANY}`,
    form: EMAIL,
  },
  {
    kind: 'refund',
    text: `SELECT stripe_refund_id AS id, concat_ws(' ', status, amount, currency) AS status, charge_id AS charge,
        payment_intent_id AS intent, account, ${PAYMENT_OF} FROM refunds WHERE stripe_refund_id = $1`,
  },
  {
    kind: 'dispute',
    text: `SELECT stripe_dispute_id AS id, concat_ws(' ', status, amount, currency) AS status, charge_id AS charge,
        payment_intent_id AS intent, account, ${PAYMENT_OF} FROM disputes WHERE stripe_dispute_id = $1`,
  },
  {
    kind: 'credit note',
    text: `SELECT stripe_credit_note_id AS id, concat_ws(' ', status, amount, currency) AS status, number,
        stripe_invoice_id AS invoice, stripe_customer_id AS customer, account
      FROM credit_notes WHERE stripe_credit_note_id = $1`,
  },
  {
    kind: 'fraud warning',
    text: `SELECT stripe_fraud_warning_id AS id, charge_id AS charge, payment_intent_id AS intent, account, ${PAYMENT_OF}
      FROM fraud_warnings WHERE stripe_fraud_warning_id = $1`,
  },
  {
    kind: 'payment method',
    text: `SELECT stripe_payment_method_id AS id, type, stripe_customer_id AS customer, account
      FROM payment_methods WHERE stripe_payment_method_id = $1`,
  },
  {
    kind: 'price',
    text: `SELECT stripe_price_id AS id, stripe_product_id AS product, lookup_key AS "lookup key", account
      FROM prices WHERE stripe_price_id = $1`,
  },
  { kind: 'product', text: 'SELECT stripe_product_id AS id, name, account FROM products WHERE stripe_product_id = $1' },
  {
    kind: 'connected account',
    text: `SELECT account AS id, CASE WHEN deauthorized THEN 'deauthorized' END AS status
      FROM connected_accounts WHERE account = $1`,
  },
  { kind: 'generation', text: `${JOB} prediction_id = $1` },
  { kind: 'generation', text: `${JOB} id = $1` },
  { kind: 'effect', text: `${EFFECT} effect_key = $1` },
  { kind: 'effect', text: `${EFFECT} id = $1::uuid`, form: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i },
  { kind: 'message', text: `${MESSAGE} effect_key = $1` },
  {
    kind: 'message',
    text: `${MESSAGE} effect_key ${withAddress('message')} ORDER BY notifications.id DESC ${MANY}`,
    form: EMAIL,
  },
  {
    kind: 'document',
    text: `SELECT number AS id, kind AS type, payment_id AS payment,
        (SELECT event_id FROM webhook_events e WHERE e.id = webhook_event_id) AS event
      FROM documents WHERE number = $1 ORDER BY documents.id ${MANY}`,
  },
  {
    kind: 'ledger entry',
    text: `SELECT entry_key AS id, payment_id AS payment, stripe_account AS account,
        array_agg(concat_ws(' ', direction, l.account, amount, currency) ORDER BY l.id) AS line,
        (SELECT event_id FROM webhook_events e WHERE e.id = min(l.webhook_event_id)) AS event
      FROM ledger_entries l WHERE entry_key = $1 GROUP BY entry_key, payment_id, stripe_account`,
  },
  {
    kind: 'dead letters',
    text: `SELECT fingerprint AS id, type, error AS status, count(*) FILTER (WHERE redriven_at IS NULL)::int AS open,
        max(event_id) AS event
      FROM webhook_dead_letters WHERE fingerprint = $1 GROUP BY fingerprint, type, error
      ORDER BY type ${MANY}`,
  },
]
