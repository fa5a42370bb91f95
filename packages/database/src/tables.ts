import { type AnyMerge, MERGES } from './merges/index.ts'

/** The properties of a table that roles, previews, comparisons and tests use. Column names are separated by spaces. */
interface TableLine {
  /**
   * Decides what a worker may do: insert, update and delete `queue` rows, `state` rows, which follow from events, and
   * `part` rows, which belong to another row; insert and update `record` rows, of what was done; only insert `ledger`
   * rows; nothing with `command` rows, which only commands use; update only the columns in `updates` of `action` rows, which
   * the board and commands insert; and of `host` rows read only the columns in `reads`, and update only those in `updates`.
   * The board reads no others either: the host may add columns of its own.
   */
  rows: 'queue' | 'part' | 'state' | 'record' | 'ledger' | 'command' | 'action' | 'host'
  /** The public key columns of a row. The first one is indexed. */
  key: string
  /** Columns that a preview may show: their values identify no person and grant no access. Default: none. */
  shown?: string
  /**
   * Columns that differ between two runs over the same events: generated ids, write times, and columns that effects
   * write. `*`: the rows do not follow from events alone. Default: none.
   */
  volatile?: string
  /** SQL condition of the rows that are the same in two runs over the same events. Default: all. */
  sharedIf?: string
  /** Columns of the host's rows that a worker and the board may read. */
  reads?: string
  /** Columns of the host's rows, and of actions, that a worker may update. */
  updates?: string
  /** Columns that the board may insert. Default: none. */
  boardWrites?: string
  /** Columns that ingest may use. Default: none. */
  ingest?: { select: string; insert: string }
  /** Columns that the host application may read through its own role. Default: none. */
  hostReads?: string
  /** Columns of its own rows that it may insert and update. Default: none. */
  hostWrites?: string
}

export interface Table extends Pick<TableLine, 'rows'> {
  key: readonly string[]
  shown: ReadonlySet<string>
  volatile: readonly string[]
  followsFromEvents: boolean
  sharedIf: string
  reads: readonly string[]
  updates: readonly string[]
  boardWrites: readonly string[]
  ingest: { select: readonly string[]; insert: readonly string[] }
  host: { reads: readonly string[]; writes: readonly string[] }
}

/** Tables that facts are not merged into. The other tables are described by their merge. */
const UNMERGED: Record<string, TableLine> = {
  webhook_events: {
    rows: 'queue',
    key: 'event_id',
    shown: 'status error silent',
    volatile: `id attempts crashes received_at processed_at sweep_after waiting_for waiting_at headers raw_body touched
      revision`,
    ingest: {
      select: 'id provider event_id',
      insert: `provider event_id type account livemode api_version ordering_key customer_id subscription_id occurred_at
        headers raw_body`,
    },
    hostReads: `id provider event_id type account livemode customer_id subscription_id status error occurred_at
      received_at processed_at silent`,
  },
  frozen_rows: { rows: 'queue', key: 'row_key', volatile: '*' },
  row_changes: { rows: 'queue', key: 'id', volatile: '*' },
  webhook_dead_letters: { rows: 'queue', key: 'event_id', volatile: '*' },
  dead_letter_groups: { rows: 'record', key: 'fingerprint', volatile: '*' },
  webhook_deliveries: {
    rows: 'queue',
    key: 'id',
    volatile: '*',
    ingest: {
      select: '',
      insert: 'provider event_row outcome reason count address_net bytes body_hash answered_ms received_at',
    },
  },
  webhook_attempts: { rows: 'queue', key: 'id', volatile: '*' },
  event_counts: { rows: 'queue', key: 'minute provider type outcome', volatile: '*' },
  delivery_counts: { rows: 'queue', key: 'minute provider outcome reason', volatile: '*' },
  effect_counts: { rows: 'queue', key: 'minute kind outcome', volatile: '*' },
  ledger_days: { rows: 'record', key: 'id', volatile: '*' },
  process_reports: {
    rows: 'queue',
    key: 'id',
    volatile: '*',
    ingest: { select: '', insert: 'app instance version started_at details' },
  },
  reconcile_runs: { rows: 'queue', key: 'id', volatile: '*' },
  count_cursors: { rows: 'record', key: 'name', volatile: '*' },
  webhook_sources: { rows: 'state', key: 'webhook_source', volatile: '*' },
  ingest_keys: {
    rows: 'queue',
    key: 'public_key registered_on',
    volatile: '*',
    ingest: { select: '', insert: 'public_key' },
  },
  import_cursors: { rows: 'queue', key: 'account mode list', volatile: '*' },
  outbox_messages: {
    rows: 'queue',
    key: 'effect_key',
    shown: 'kind status',
    volatile:
      'id status attempts crashes error available_at sweep_after done_at webhook_event_id waiting_since deliveries',
    // Which caches are stale, and what the host is told, depends on when state changed; dead letters on what fails.
    sharedIf: "kind NOT IN ('features.invalidate', 'host.message', 'dead_letter.opened')",
    hostReads: 'id effect_key kind status error done_at webhook_event_id',
  },
  host_endpoints: { rows: 'queue', key: 'endpoint', volatile: '*' },
  host_announcements: { rows: 'queue', key: 'thing', volatile: '*' },
  users: {
    rows: 'host',
    key: 'id',
    shown: 'stripe_customer_id role host_role had_subscription',
    reads: 'id email stripe_customer_id role host_role had_subscription',
    updates: 'role host_role had_subscription',
    hostReads: 'id email stripe_customer_id role',
    hostWrites: 'id email stripe_customer_id',
  },
  user_changes: { rows: 'queue', key: 'id', volatile: '*' },
  catalogue_changes: { rows: 'queue', key: 'id', volatile: '*' },
  ledger_entries: {
    rows: 'ledger',
    key: 'entry_key account direction',
    shown: 'corrects payment_id stripe_account livemode account direction amount currency',
    volatile: 'id webhook_event_id created_at',
    hostReads: 'id entry_key corrects payment_id stripe_account livemode account direction amount currency created_at',
  },
  credit_entries: {
    rows: 'ledger',
    key: 'entry_key account direction',
    shown: `corrects about user_id account direction amount starts_at expires_at payment_id generation_job_id`,
    volatile: 'id webhook_event_id created_at',
    hostReads: `id entry_key corrects about user_id account direction amount starts_at expires_at payment_id
      generation_job_id created_at`,
  },
  credit_accounts: { rows: 'record', key: 'user_id', volatile: '*' },
  subscription_items: {
    rows: 'part',
    key: 'stripe_subscription_item_id',
    shown: `stripe_subscription_id position price_id product_id quantity usage_type unit_amount unit_amount_decimal
      currency interval interval_count current_period_end`,
    hostReads: `stripe_subscription_item_id stripe_subscription_id position price_id product_id quantity usage_type
      unit_amount unit_amount_decimal currency interval interval_count current_period_end`,
  },
  entitlements: {
    rows: 'part',
    key: 'entitlement_key',
    shown: 'stripe_customer_id stripe_subscription_id feature source expires_at',
    hostReads: 'user_id feature source stripe_customer_id stripe_subscription_id expires_at',
  },
  forgotten_keys: { rows: 'ledger', key: 'key_hash', volatile: '*' },
  forget_runs: { rows: 'command', key: 'id', volatile: '*' },
  operator_actions: {
    rows: 'action',
    key: 'id',
    volatile: '*',
    updates: 'state preview handler_version done total result error attempts run_id lease_until started_at finished_at',
    boardWrites: 'actor role address kind filter reason',
  },
  renders: {
    rows: 'state',
    key: 'generation_job_id',
    shown: 'files_refused',
    volatile: 'id',
    hostReads: 'id generation_job_id files_refused',
  },
  documents: {
    rows: 'record',
    key: 'kind payment_id',
    volatile: '*',
    hostReads: 'id kind number payment_id storage_key',
  },
  notifications: {
    rows: 'record',
    key: 'effect_key',
    volatile: '*',
    hostReads: 'id effect_key kind recipient subject status sent_at webhook_event_id',
  },
  rendered_emails: { rows: 'queue', key: 'action_id', volatile: '*' },
}

/** Every table, by name: one line each. */
export const TABLES: Readonly<Record<string, Table>> = Object.fromEntries(
  [...Object.entries(UNMERGED), ...MERGES.map(lineOf)].map(([name, line]) => [name, tableOf(line)]),
)

function lineOf({ table, key, shown, volatile, hostReads, hostRows }: AnyMerge): [string, TableLine] {
  return [table, { key, rows: hostRows ? 'host' : 'state', ...{ shown, volatile, hostReads, ...hostRows } }]
}

function tableOf(line: TableLine): Table {
  const {
    rows,
    key,
    shown,
    volatile,
    sharedIf = 'true',
    reads,
    updates,
    boardWrites,
    ingest,
    hostReads,
    hostWrites,
  } = line
  const followsFromEvents = volatile !== '*'
  return {
    rows,
    key: names(key),
    shown: new Set(names(shown)),
    volatile: followsFromEvents ? names(volatile) : [],
    followsFromEvents,
    sharedIf,
    reads: names(reads),
    updates: names(updates),
    boardWrites: names(boardWrites),
    ingest: { select: names(ingest?.select), insert: names(ingest?.insert) },
    host: { reads: names(hostReads), writes: names(hostWrites) },
  }
}

function names(columns = ''): string[] {
  return columns.split(/\s+/).filter((name) => name !== '')
}
