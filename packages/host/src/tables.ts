// Made from prisma/schema.prisma by `pnpm docs:update`.

/** A whole number of up to 64 bits, as `pg` returns it: its digits. Prisma returns a bigint. */
export type Int8 = string

/** A number with decimals, as `pg` returns it: its digits. */
export type Numeric = string

/** The inbox: every verified event with its exact bytes. All other state follows from it. */
export interface WebhookEventRow {
  id: Int8
  provider: string
  event_id: string
  type: string
  account: string | null
  livemode: boolean | null
  customer_id: string | null
  subscription_id: string | null
  status: string
  error: string | null
  occurred_at: Date | null
  received_at: Date
  processed_at: Date | null
  /** It tells of the past: its state and ledger entries are right, and nobody gets a message because of it. */
  silent: boolean
}

/** An effect, to be run after the commit that wrote it. Idempotent per effect key. */
export interface OutboxMessageRow {
  id: string
  effect_key: string
  kind: string
  status: string
  error: string | null
  done_at: Date | null
  webhook_event_id: Int8 | null
}

/** A customer at Stripe, and the user that it is linked to. */
export interface CustomerRow {
  stripe_customer_id: string
  user_id: string | null
  account: string | null
  livemode: boolean | null
  email: string | null
  deleted: boolean
  /** BCP 47 tags separated by commas, most wanted first. */
  preferred_locales: string | null
  /** Pays invoices whose subscription names no payment method. Null if there is none, or no event said so. */
  default_payment_method: string | null
}

/** Rows of the host application. The worker changes `role` and what it needs to derive it. */
export interface UserRow {
  id: string
  email: string | null
  stripe_customer_id: string | null
  role: 'FREE' | 'PREMIUM'
}

/** A subscription at Stripe, and whether it gives access. */
export interface SubscriptionRow {
  stripe_subscription_id: string
  stripe_customer_id: string
  user_id: string | null
  account: string | null
  livemode: boolean | null
  status: string
  is_active: boolean
  billing_period: 'daily' | 'weekly' | 'monthly' | 'yearly' | null
  interval: string | null
  interval_count: number | null
  price_id: string | null
  quantity: Int8 | null
  currency: string | null
  /** The earliest end of a period among its items. */
  current_period_end: Date | null
  /** True also if `cancel_at` is at or before the end of the period. */
  cancel_at_period_end: boolean
  cancel_at: Date | null
  canceled_at: Date | null
  /** `cancellation_requested, payment_disputed, payment_failed`. */
  cancellation_reason: string | null
  trial_end: Date | null
  /** The behavior while collection is paused: `keep_as_draft, mark_uncollectible, void`. */
  pause_collection: string | null
  /** `charge_automatically, send_invoice`. */
  collection_method: string | null
  default_payment_method: string | null
  /** The behavior at the end of a trial without a payment method: `cancel, create_invoice, pause`. */
  missing_payment_method: string | null
  /** Whether a change of it waits for its payment. */
  pending_update: boolean
  /** Whether it gives PREMIUM while it is active, by the prices of its items. */
  gives_premium: boolean
  /** When access ends, if no snapshot is known and a payment gave it. */
  access_until: Date | null
}

/** One price of a subscription. The snapshot that wins replaces all items of its subscription. */
export interface SubscriptionItemRow {
  /** Made of the subscription's id where an old API version has none. */
  stripe_subscription_item_id: string
  stripe_subscription_id: string
  /** Zero-based, as in Stripe's list. */
  position: number
  price_id: string | null
  product_id: string | null
  quantity: Int8 | null
  /** `licensed, metered`. */
  usage_type: string | null
  /** In the currency's minor unit; null if it has a fraction or is unknown, as with tiers. */
  unit_amount: Int8 | null
  unit_amount_decimal: Numeric | null
  currency: string | null
  interval: string | null
  interval_count: number | null
  current_period_end: Date | null
}

/** A product at Stripe. */
export interface ProductRow {
  stripe_product_id: string
  account: string | null
  livemode: boolean | null
  name: string | null
  /** False also if it was deleted. */
  active: boolean
  metadata: unknown
}

/** A price at Stripe, or a plan of an old account. */
export interface PriceRow {
  stripe_price_id: string
  stripe_product_id: string | null
  account: string | null
  livemode: boolean | null
  lookup_key: string | null
  /** All that it ever had: a lookup key may be given to another price. */
  lookup_keys: string[]
  /** In the currency's minor unit; null if it has a fraction or is unknown, as with tiers. */
  unit_amount: Int8 | null
  unit_amount_decimal: Numeric | null
  currency: string | null
  /** Null if it is paid once. */
  interval: string | null
  interval_count: number | null
  usage_type: string | null
  /** The credits that its metadata grants for one of it. */
  credits: Int8 | null
  /** False also if it was deleted. */
  active: boolean
}

/** A feature that a user may use. */
export interface EntitlementRow {
  user_id: string | null
  /** The lookup key of a feature at Stripe. */
  feature: string
  /**
   * Where it comes from: `customer:<id>` if it is an active entitlement of that customer at Stripe, or
   * `subscription:<id>` if a product of that active subscription names the feature in its metadata.
   */
  source: string
  stripe_customer_id: string | null
  stripe_subscription_id: string | null
  /** When the subscription is to be canceled; null while it renews. */
  expires_at: Date | null
}

/** One outcome of a charge: it was paid, or one attempt failed. */
export interface PaymentRow {
  payment_id: string
  stripe_invoice_id: string | null
  stripe_subscription_id: string | null
  stripe_customer_id: string | null
  user_id: string | null
  account: string | null
  livemode: boolean | null
  status: string
  amount: Int8
  currency: string
  attempt_count: number
  next_payment_attempt: Date | null
  occurred_at: Date
  /** Only parts of an invoice are known, not its price: nothing is booked yet. */
  unpriced: boolean
  /**
   * The payment that has the money, where an invoice claimed it after this one was booked. This one is then `failed`.
   */
  moved_to_payment_id: string | null
}

/** An invoice. All its columns come from one event, except `failed_at` and `action_required_at`. */
export interface InvoiceRow {
  stripe_invoice_id: string
  stripe_customer_id: string | null
  stripe_subscription_id: string | null
  account: string | null
  livemode: boolean | null
  status: string
  number: string | null
  amount_due: Int8
  amount_paid: Int8
  tax: Int8 | null
  currency: string
  attempt_count: number
  next_payment_attempt: Date | null
  hosted_invoice_url: string | null
  invoice_pdf: string | null
  customer_email: string | null
  period_start: Date | null
  period_end: Date | null
  created_at: Date | null
  billing_reason: string | null
  /** `charge_automatically` or `send_invoice`. */
  collection_method: string | null
  /** When an attempt failed last. */
  failed_at: Date | null
  /** When the customer had to confirm an attempt last. */
  action_required_at: Date | null
  /** As the customer reads them: [{ description, quantity, amount, unitAmount, taxRates, periodStart, periodEnd }]. */
  lines: unknown
  /** Shown only on its document: parties, taxes, discounts, balance, notes. Null in rows of older versions. */
  details: unknown
}

/** A session of Stripe Checkout. */
export interface CheckoutSessionRow {
  stripe_checkout_session_id: string
  stripe_customer_id: string | null
  stripe_subscription_id: string | null
  account: string | null
  livemode: boolean | null
  mode: string | null
  status: string | null
  payment_status: string | null
  amount_total: Int8 | null
  currency: string | null
  /** Shown only on the receipt: buyer, discount, tax, presented amount. Null in rows of older versions. */
  details: unknown
  customer_email: string | null
  /** The language that Checkout was shown in, as an IETF tag; null if the browser decided. */
  locale: string | null
}

/** A refund at Stripe. The ledger has its entries once its payment is known. */
export interface RefundRow {
  stripe_refund_id: string
  charge_id: string | null
  payment_intent_id: string | null
  account: string | null
  livemode: boolean | null
  status: string
  amount: Int8
  currency: string
}

/** A payment that the customer contests at the bank. */
export interface DisputeRow {
  stripe_dispute_id: string
  charge_id: string | null
  payment_intent_id: string | null
  account: string | null
  livemode: boolean | null
  status: string
  reason: string | null
  amount: Int8
  currency: string
  evidence_due_by: Date | null
}

/** A credit note for an invoice. All its amounts come from one event. */
export interface CreditNoteRow {
  stripe_credit_note_id: string
  stripe_invoice_id: string | null
  stripe_customer_id: string | null
  account: string | null
  livemode: boolean | null
  number: string | null
  /** `issued` or `void`. */
  status: string
  /** `pre_payment`, `post_payment` or `mixed`. */
  type: string | null
  reason: string | null
  memo: string | null
  currency: string
  amount: Int8
  amount_excluding_tax: Int8 | null
  tax: Int8 | null
  /** How much less is due. */
  pre_payment_amount: Int8
  /** How much is given back: refunded, credited to the customer's balance, or outside Stripe. */
  post_payment_amount: Int8
  /** Null if it cannot be told from the amount refunded. */
  customer_balance_amount: Int8 | null
  out_of_band_amount: Int8
  /** Its refunds: ["re_…"]. */
  refund_ids: unknown
  /** As the customer reads them: [{ description, quantity, amount }]. */
  lines: unknown
  /** Shown only on its document: discounts, taxes, totals. Null in rows of older versions. */
  details: unknown
  pdf: string | null
  created_at: Date | null
  effective_at: Date | null
  voided_at: Date | null
}

/** The issuer's warning that a charge is likely to be disputed as fraud. */
export interface FraudWarningRow {
  stripe_fraud_warning_id: string
  charge_id: string | null
  payment_intent_id: string | null
  account: string | null
  livemode: boolean | null
  fraud_type: string | null
  /** False once the charge is fully refunded or disputed. */
  actionable: boolean
  created_at: Date | null
}

/** A card, or another payment method of a customer. */
export interface PaymentMethodRow {
  stripe_payment_method_id: string
  stripe_customer_id: string | null
  account: string | null
  livemode: boolean | null
  type: string
  brand: string | null
  last4: string | null
  exp_month: number | null
  exp_year: number | null
  detached: boolean
}

/** A connected account, and whether we may act for it. */
export interface ConnectedAccountRow {
  account: string
  livemode: boolean | null
  /** It has disconnected: no request to Stripe is made in its name. */
  deauthorized: boolean
}

/** One line of an entry: per entry key and currency, debits equal credits. Never changed, never deleted. */
export interface LedgerEntryRow {
  id: Int8
  entry_key: string
  /** The key of the entry whose difference this line corrects. */
  corrects: string | null
  payment_id: string
  /** The connected account whose money it is; null for the platform's own. */
  stripe_account: string | null
  livemode: boolean | null
  account: string
  direction: 'debit' | 'credit'
  amount: Int8
  currency: string
  created_at: Date
}

/** One line of an entry in credits: per entry key, debits equal credits. Never changed. */
export interface CreditEntryRow {
  id: Int8
  entry_key: string
  /** The key of the entry whose difference this line corrects. */
  corrects: string | null
  /** The key of the grant or reservation whose credits it moves. */
  about: string
  user_id: string
  /** `granted, available, reserved, spent, revoked`. */
  account: string
  direction: string
  amount: Int8
  /** When the credits were granted or reserved. */
  starts_at: Date
  /** When what is left of a grant expires. */
  expires_at: Date | null
  payment_id: string | null
  generation_job_id: string | null
  created_at: Date
}

/** A receipt, an invoice or a credit note that is stored as a file. */
export interface DocumentRow {
  id: Int8
  /** `receipt`, `invoice` or `credit_note`. */
  kind: 'receipt' | 'invoice' | 'credit_note'
  number: string
  /** The id of the credit note in case of a credit note: an invoice may have several. */
  payment_id: string
  storage_key: string
}

/** A message to a customer or to the staff: `pending`, `sent`, `skipped` or `failed`. */
export interface NotificationRow {
  id: Int8
  effect_key: string
  kind: string
  recipient: string
  subject: string
  status: string
  sent_at: Date | null
  webhook_event_id: Int8 | null
}

/**
 * Rows of the host application, which inserts one when it starts a prediction. The worker keeps its progress and
 * ending.
 */
export interface GenerationJobRow {
  id: string
  user_id: string | null
  prediction_id: string | null
  status: string
  error: string | null
  /** As Replicate sent it. */
  output: unknown
  /** The output's text, its pieces joined, where all of it is text. */
  text: string | null
  metrics: unknown
  completed_at: Date | null
}

/** The output of a generation job. */
export interface RenderRow {
  id: Int8
  generation_job_id: string
  /** Files of the output that are too many to copy. */
  files_refused: number
}

/** One file of an output. */
export interface VariantRow {
  id: Int8
  render_id: Int8
  idx: number
  pointer: string
  source_url: string | null
  storage_key: string | null
  status: 'pending' | 'stored' | 'refused' | 'failed'
  content_type: string | null
  bytes: Int8 | null
  sha256: string | null
  /** Why it was refused or failed. */
  error: string | null
}

/** The columns of `users` that the host writes. The others have defaults. */
export interface NewUser {
  id: UserRow['id']
  email?: UserRow['email']
  stripe_customer_id?: UserRow['stripe_customer_id']
}

/** The columns of `generation_jobs` that the host writes. The others have defaults. */
export interface NewGenerationJob {
  id: GenerationJobRow['id']
  user_id?: GenerationJobRow['user_id']
  prediction_id?: GenerationJobRow['prediction_id']
}

/** Rows by the name of their table, for query builders. */
export interface Tables {
  webhook_events: WebhookEventRow
  outbox_messages: OutboxMessageRow
  customers: CustomerRow
  users: UserRow
  subscriptions: SubscriptionRow
  subscription_items: SubscriptionItemRow
  products: ProductRow
  prices: PriceRow
  entitlements: EntitlementRow
  payments: PaymentRow
  invoices: InvoiceRow
  checkout_sessions: CheckoutSessionRow
  refunds: RefundRow
  disputes: DisputeRow
  credit_notes: CreditNoteRow
  fraud_warnings: FraudWarningRow
  payment_methods: PaymentMethodRow
  connected_accounts: ConnectedAccountRow
  ledger_entries: LedgerEntryRow
  credit_entries: CreditEntryRow
  documents: DocumentRow
  notifications: NotificationRow
  generation_jobs: GenerationJobRow
  renders: RenderRow
  variants: VariantRow
}
