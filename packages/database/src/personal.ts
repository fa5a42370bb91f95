import { sqlList } from './sql/text.ts'

/** Of a JSON column, and of `registers`: the properties of `PERSONAL_PROPERTIES` are taken out, and the rest stays. */
export const CLEANED = 'cleaned'

/** The column follows when the users of the row are derived again, from links that are no longer there. */
export const DERIVED = 'derived'

/** The personal data in a table. Column names are separated by spaces. */
export interface PersonalTable {
  /**
   * SQL condition of a person's rows. `:name` stands for a list of `PersonKeys`. Null if no row belongs to a person.
   * Rows are found by keys, never by a name or an address.
   */
  foundBy: string | null
  /** The columns that hold something of a person, with what they hold afterwards: SQL, `CLEANED` or `DERIVED`. */
  erased?: Readonly<Record<string, string>>
  /** Whether its rows are deleted as a whole, and which: `erased` and the following do not apply to them. */
  deletedIf?: string
  /** SQL condition of rows that have something left to erase. */
  isOpen?: string
  /** The other columns: keys, amounts, states and times, which stay, and what the host alone may change. */
  kept?: string
  /** Columns that the board may not read: they identify a person, or grant access. So are all `registers`. */
  hidden?: string
}

/** The effects whose key and payload name a user. */
const CACHE_EFFECTS = `kind IN ('features.invalidate', 'host.message')`

/** They tell the staff of ids and amounts, and are carried out. */
export const STAFF_KINDS = [
  'dead_letter.opened',
  'dispute.opened',
  'fraud_warning.opened',
  'invoice.finalization_failed',
] as const

export const UNENDED_EFFECTS = `status IN ('pending', 'failed') AND kind NOT IN (${sqlList(STAFF_KINDS)})`

const NOT_MARKED = `NOT registers ? 'forgotten'`

const OF_CUSTOMERS = `(stripe_customer_id, coalesce(account, '')) IN (SELECT * FROM unnest(:customers::text[], :customerAccounts::text[]))`

const ORIGIN = 'account livemode'

/** Ids of a person that an operator may have typed, or that a result may name. */
const NAMED_IDS = `(:users::text[] || :customers::text[] || :subscriptions::text[] || :invoices::text[] || :sessions::text[]
  || :payments::text[] || :references::text[] || :jobs::text[])`

/**
 * SQL condition: one of these columns names the person. An id is a word of its own; one that has other signs in it must be
 * long enough to be no part of another word.
 */
const namesOneIn = (columns: string): string =>
  `regexp_split_to_array(concat_ws(' ', ${columns}), '[^A-Za-z0-9_.@+-]+') && ${NAMED_IDS}
    OR EXISTS (SELECT FROM unnest(${NAMED_IDS}) AS named (id) WHERE length(named.id) >= 6
      AND named.id ~ '[^A-Za-z0-9_.@+-]' AND position(named.id IN concat_ws(' ', ${columns})) > 0)`

/** Every table, by name. A test fails if a table or a column is missing here. */
export const PERSONAL: Readonly<Record<string, PersonalTable>> = {
  webhook_events: {
    foundBy: 'id = ANY (:events::bigint[])',
    erased: { raw_body: 'NULL', headers: `'{}'` },
    // An event that waits is reduced when it is processed: it may be about money.
    isOpen: `raw_body IS NOT NULL AND status <> 'received'`,
    kept: `id provider event_id type ${ORIGIN} api_version ordering_key customer_id subscription_id status attempts crashes
      error occurred_at received_at processed_at sweep_after waiting_for waiting_at silent touched revision`,
    hidden: 'raw_body headers',
  },
  webhook_dead_letters: {
    foundBy: `(provider, event_id) IN (SELECT provider, event_id FROM webhook_events WHERE id = ANY (:events::bigint[]))
      OR outbox_message_id = ANY (:effects::uuid[])`,
    erased: { raw_body: 'NULL' },
    isOpen: 'raw_body IS NOT NULL',
    kept: `id outbox_message_id provider event_id type error fingerprint attempts failed_at redriven_at customer_id amount
      currency`,
    hidden: 'raw_body',
  },
  dead_letter_groups: {
    foundBy: namesOneIn('note'),
    erased: { note: 'NULL' },
    isOpen: 'note IS NOT NULL',
    kept: `fingerprint state ignored_until owner changed_by changed_at resolved_at resolved_version regressed_at`,
  },
  // A refused request belongs to nobody who is known: its network is as coarse as a town.
  webhook_deliveries: {
    foundBy: 'event_row = ANY (:events::bigint[])',
    erased: { body_hash: 'NULL' },
    isOpen: 'body_hash IS NOT NULL',
    kept: 'id provider event_row outcome reason count address_net bytes answered_ms received_at',
  },
  webhook_attempts: {
    foundBy: 'event_row = ANY (:events::bigint[]) OR outbox_message_id = ANY (:effects::uuid[])',
    kept: `id event_row outbox_message_id provider type n is_last code message fingerprint trace_id started_at ended_at`,
  },
  outbox_messages: {
    foundBy: 'id = ANY (:effects::uuid[])',
    deletedIf: CACHE_EFFECTS,
    erased: { payload: `payload - 'customerEmail'` },
    isOpen: `(${UNENDED_EFFECTS}) OR payload ? 'customerEmail'`,
    kept: `id effect_key kind status attempts crashes error available_at sweep_after done_at webhook_event_id
      waiting_since deliveries`,
    hidden: 'payload',
  },
  notifications: {
    foundBy: 'id = ANY (:notifications::bigint[])',
    erased: { recipient: `''`, subject: `''`, draft: 'NULL', attachments: `'{}'` },
    isOpen: `recipient <> ''`,
    kept: 'id effect_key kind status sent_at webhook_event_id',
    hidden: 'recipient draft',
  },
  rendered_emails: {
    foundBy: 'effect_key IN (SELECT effect_key FROM notifications WHERE id = ANY (:notifications::bigint[]))',
    deletedIf: 'true',
    kept: 'action_id effect_key subject text html rendered_at',
    hidden: 'subject text html',
  },
  customers: {
    foundBy: OF_CUSTOMERS,
    erased: {
      user_id: DERIVED,
      email: 'NULL',
      preferred_locales: 'NULL',
      default_payment_method: 'NULL',
      link_user_id: 'NULL',
      link_user_ids: `'{}'`,
      own_user_ids: `'{}'`,
      is_subscriber: 'false',
      gives_access: 'false',
      registers: CLEANED,
    },
    isOpen: NOT_MARKED,
    kept: `stripe_customer_id ${ORIGIN} deleted access_rules`,
    hidden: 'email',
  },
  users: {
    foundBy: 'id = ANY (:users::text[])',
    // The role that the host gave comes back.
    erased: { role: 'coalesce(host_role, role)', host_role: 'NULL', had_subscription: 'false' },
    isOpen: 'host_role IS NOT NULL OR had_subscription',
    kept: 'id email stripe_customer_id',
    hidden: 'email',
  },
  row_changes: {
    foundBy: `row_key = ANY (:users::text[]) AND table_name = 'users'`,
    deletedIf: 'true',
    kept: 'id at webhook_event_id cause table_name row_key column_name before after',
  },
  user_changes: { foundBy: 'user_id = ANY (:users::text[])', deletedIf: 'true', kept: 'id user_id due_at is_repeat' },
  subscriptions: {
    foundBy: 'stripe_subscription_id = ANY (:subscriptions::text[])',
    erased: {
      user_id: DERIVED,
      default_payment_method: 'NULL',
      link_user_ids: `'{}'`,
      own_user_ids: `'{}'`,
      gives_premium: 'false',
      registers: CLEANED,
    },
    isOpen: NOT_MARKED,
    kept: `stripe_subscription_id stripe_customer_id ${ORIGIN} status is_active billing_period interval interval_count
      price_id quantity currency current_period_end cancel_at_period_end cancel_at canceled_at cancellation_reason trial_end
      pause_collection collection_method missing_payment_method pending_update access_until held_until access_rules
      items_incomplete undecided fetch_after has_snapshot`,
  },
  subscription_items: {
    foundBy: 'stripe_subscription_id = ANY (:subscriptions::text[])',
    kept: `stripe_subscription_item_id stripe_subscription_id position price_id product_id quantity usage_type unit_amount
      unit_amount_decimal currency interval interval_count current_period_end`,
  },
  entitlement_summaries: {
    foundBy: OF_CUSTOMERS,
    kept: `stripe_customer_id ${ORIGIN} incomplete registers`,
  },
  entitlements: {
    foundBy: `user_id = ANY (:users::text[]) OR stripe_subscription_id = ANY (:subscriptions::text[])
      OR stripe_customer_id IN (SELECT stripe_customer_id FROM entitlement_summaries WHERE ${OF_CUSTOMERS})`,
    erased: { user_id: 'NULL' },
    isOpen: 'user_id IS NOT NULL',
    kept: 'entitlement_key feature source stripe_customer_id stripe_subscription_id expires_at',
  },
  invoices: {
    foundBy: 'stripe_invoice_id = ANY (:invoices::text[])',
    erased: {
      hosted_invoice_url: 'NULL',
      invoice_pdf: 'NULL',
      customer_email: 'NULL',
      lines: CLEANED,
      details: CLEANED,
      registers: CLEANED,
    },
    isOpen: NOT_MARKED,
    kept: `stripe_invoice_id stripe_customer_id stripe_subscription_id ${ORIGIN} status number amount_due amount_paid tax
      currency attempt_count next_payment_attempt period_start period_end created_at billing_reason collection_method
      failed_at action_required_at sells_credits`,
    hidden: 'hosted_invoice_url invoice_pdf customer_email lines details',
  },
  checkout_sessions: {
    foundBy: 'stripe_checkout_session_id = ANY (:sessions::text[])',
    erased: { details: CLEANED, customer_email: 'NULL', locale: 'NULL', registers: CLEANED },
    isOpen: NOT_MARKED,
    kept: `stripe_checkout_session_id stripe_customer_id stripe_subscription_id ${ORIGIN} mode status payment_status
      amount_total currency sells_credits lines_fetch_after`,
    hidden: 'details customer_email',
  },
  credit_notes: {
    foundBy: 'stripe_credit_note_id = ANY (:creditNotes::text[])',
    erased: { memo: 'NULL', lines: CLEANED, details: CLEANED, pdf: 'NULL', registers: CLEANED },
    isOpen: NOT_MARKED,
    kept: `stripe_credit_note_id stripe_invoice_id stripe_customer_id ${ORIGIN} number status type reason currency amount
      amount_excluding_tax tax pre_payment_amount post_payment_amount customer_balance_amount out_of_band_amount refund_ids
      created_at effective_at voided_at`,
    hidden: 'memo lines details pdf',
  },
  payment_methods: {
    foundBy: 'stripe_payment_method_id = ANY (:paymentMethods::text[])',
    erased: { brand: 'NULL', last4: 'NULL', exp_month: 'NULL', exp_year: 'NULL', registers: CLEANED },
    isOpen: NOT_MARKED,
    kept: `stripe_payment_method_id stripe_customer_id ${ORIGIN} type detached`,
  },
  payment_references: {
    foundBy: 'reference = ANY (:references::text[])',
    erased: { email: 'NULL', registers: CLEANED },
    isOpen: NOT_MARKED,
    kept: `reference payment_id ${ORIGIN} succeeded amount_refunded unclaimed unclaimed_since sells_credits
      webhook_event_id`,
    hidden: 'email',
  },
  payments: {
    foundBy: 'payment_id = ANY (:payments::text[])',
    erased: { user_id: DERIVED, link_user_ids: `'{}'`, registers: CLEANED },
    isOpen: NOT_MARKED,
    kept: `payment_id stripe_invoice_id stripe_subscription_id stripe_customer_id ${ORIGIN} status amount currency
      attempt_count next_payment_attempt occurred_at unpriced moved_to_payment_id webhook_event_id`,
  },
  ledger_entries: {
    foundBy: 'payment_id = ANY (:payments::text[])',
    kept: `id entry_key corrects payment_id stripe_account livemode account direction amount currency webhook_event_id
      created_at`,
  },
  credit_entries: {
    foundBy: 'user_id = ANY (:users::text[])',
    deletedIf: 'true',
    kept: `id entry_key corrects about user_id account direction amount starts_at expires_at payment_id generation_job_id
      webhook_event_id created_at`,
  },
  credit_accounts: { foundBy: 'user_id = ANY (:users::text[])', deletedIf: 'true', kept: 'user_id reservations' },
  refunds: {
    foundBy: 'charge_id = ANY (:references::text[]) OR payment_intent_id = ANY (:references::text[])',
    kept: `stripe_refund_id charge_id payment_intent_id ${ORIGIN} status amount currency registers`,
  },
  disputes: {
    foundBy: 'charge_id = ANY (:references::text[]) OR payment_intent_id = ANY (:references::text[])',
    kept: `stripe_dispute_id charge_id payment_intent_id ${ORIGIN} status reason amount currency evidence_due_by registers`,
  },
  fraud_warnings: {
    foundBy: 'charge_id = ANY (:references::text[]) OR payment_intent_id = ANY (:references::text[])',
    kept: `stripe_fraud_warning_id charge_id payment_intent_id ${ORIGIN} fraud_type actionable created_at registers`,
  },
  documents: {
    foundBy: 'payment_id = ANY (:payments::text[]) OR payment_id = ANY (:creditNotes::text[])',
    deletedIf: 'true',
    kept: 'id kind number payment_id storage_key webhook_event_id',
  },
  generation_jobs: {
    foundBy: 'id = ANY (:jobs::text[])',
    erased: { output: 'NULL', text: 'NULL', error: 'NULL', metrics: 'NULL', registers: CLEANED },
    isOpen: NOT_MARKED,
    kept: 'id user_id prediction_id status completed_at seen_at poll_after', // the first three are the host's
    hidden: 'output text',
  },
  renders: { foundBy: 'generation_job_id = ANY (:jobs::text[])', kept: 'id generation_job_id files_refused' },
  variants: {
    foundBy: 'render_id IN (SELECT id FROM renders WHERE generation_job_id = ANY (:jobs::text[]))',
    deletedIf: 'true',
    kept: 'id render_id idx pointer source_url storage_key status content_type bytes sha256 asset_key error registers',
    hidden: 'source_url',
  },
  products: { foundBy: null, kept: `stripe_product_id ${ORIGIN} name active metadata registers` },
  prices: {
    foundBy: null,
    kept: `stripe_price_id stripe_product_id ${ORIGIN} lookup_key lookup_keys unit_amount unit_amount_decimal currency
      interval interval_count usage_type credits active registers`,
  },
  catalogue_changes: { foundBy: null, kept: 'id kind object_id due_at' },
  connected_accounts: { foundBy: null, kept: 'account livemode deauthorized registers' },
  event_counts: { foundBy: null, kept: 'minute provider type outcome n sum_ms histogram' },
  delivery_counts: { foundBy: null, kept: 'minute provider outcome reason n' },
  effect_counts: { foundBy: null, kept: 'minute kind outcome n' },
  ledger_days: { foundBy: null, kept: 'id day stripe_account livemode currency account debit credit' },
  process_reports: { foundBy: null, kept: 'id app instance version started_at reported_at details findings' },
  reconcile_runs: {
    foundBy: null,
    kept: 'id provider asked_by since until repair started_at finished_at checked missed hours events error',
  },
  count_cursors: { foundBy: null, kept: 'name counted_until' },
  ingest_keys: { foundBy: null, kept: 'id public_key registered_on expires_at' },
  frozen_rows: { foundBy: null, kept: 'row_key frozen_at' },
  webhook_sources: { foundBy: null, kept: 'webhook_source first_webhook_at' },
  import_cursors: { foundBy: null, kept: 'id account mode list since cursor is_done updated_at finished_at' },
  host_endpoints: {
    foundBy: null,
    kept: `endpoint name leader lease_until version failing_since error delivered_at listener_url listening_until`,
  },
  host_announcements: { foundBy: null, kept: 'thing message_id digest acknowledged' },
  forgotten_keys: { foundBy: null, kept: 'id key_hash bucket forgotten_at' },
  operator_actions: {
    foundBy: namesOneIn('filter, reason, result, error'),
    // No kind takes this filter: an action that still waits is refused.
    erased: { filter: `'{"erased": true}'`, reason: `''`, content_salt: 'NULL', result: 'NULL', error: 'NULL' },
    isOpen: 'content_salt IS NOT NULL',
    kept: `id at actor role address kind content_hash previous_hash hash state preview handler_version done total attempts
      run_id lease_until started_at finished_at`,
    hidden: 'content_salt',
  },
  forget_runs: {
    foundBy: null,
    kept: 'id key_hash operator started_at finished_at keys erased problems',
    hidden: 'keys',
  },
}

/** The columns of a table that the board may read; null: all. */
export function shownToBoard(table: string): string[] | null {
  const { erased = {}, kept, hidden } = PERSONAL[table] ?? {}
  const columns = [...Object.keys(erased), ...words(kept)]
  const unreadable = [...words(hidden), 'registers']
  const shown = columns.filter((column) => !unreadable.includes(column))
  return shown.length === columns.length ? null : shown
}

const words = (text = ''): string[] => text.split(/\s+/).filter(Boolean)
