import { doc } from './markdown.mjs'
import { readModels } from './models.mjs'

/** The tables that a host application works with, and the name of the type of their rows. */
const ROWS = {
  users: 'UserRow',
  customers: 'CustomerRow',
  subscriptions: 'SubscriptionRow',
  subscription_items: 'SubscriptionItemRow',
  products: 'ProductRow',
  prices: 'PriceRow',
  entitlements: 'EntitlementRow',
  checkout_sessions: 'CheckoutSessionRow',
  payments: 'PaymentRow',
  invoices: 'InvoiceRow',
  refunds: 'RefundRow',
  disputes: 'DisputeRow',
  credit_notes: 'CreditNoteRow',
  ledger_entries: 'LedgerEntryRow',
  documents: 'DocumentRow',
  generation_jobs: 'GenerationJobRow',
  renders: 'RenderRow',
  variants: 'VariantRow',
}

/** Columns by which Sluice merges and schedules. Their content may change with any version. */
const INTERNAL = `registers access_rules link_user_id link_user_ids own_user_ids is_subscriber gives_access undecided
  items_incomplete fetch_after has_snapshot seen_at poll_after host_role had_subscription entitlement_key asset_key
  webhook_event_id`.split(/\s+/)

/** Columns of few values. */
const VALUES = {
  'users.role': ['FREE', 'PREMIUM'],
  'subscriptions.billing_period': ['daily', 'weekly', 'monthly', 'yearly'],
  'variants.status': ['pending', 'stored', 'refused', 'failed'],
  'documents.kind': ['receipt', 'invoice', 'credit_note'],
  'ledger_entries.direction': ['debit', 'credit'],
}

/** What the driver `pg` makes of a column. */
const TYPES = {
  String: 'string',
  Int: 'number',
  BigInt: 'Int8',
  Decimal: 'Numeric',
  Boolean: 'boolean',
  DateTime: 'Date',
  Json: 'unknown',
}

const HEAD = `// Made from prisma/schema.prisma by \`pnpm docs:update\`.

/** A whole number of up to 64 bits, as \`pg\` returns it: its digits. Prisma returns a bigint. */
export type Int8 = string

/** A number with decimals, as \`pg\` returns it: its digits. */
export type Numeric = string
`

/** The TypeScript of the rows of all tables that a host application works with. */
export function hostTables() {
  const models = Object.keys(ROWS).map((name) => readModels().find((model) => model.name === name))
  return `${[HEAD, ...models.map(rowOf), INSERTS, tableMap()].join('\n')}`
}

function rowOf({ name, comment, fields }) {
  const lines = fields.filter(({ column }) => !INTERNAL.includes(column)).flatMap((field) => columnOf(name, field))
  return [doc(comment, ''), `export interface ${ROWS[name]} {`, ...lines, '}', ''].join('\n')
}

function columnOf(table, { column, type, comment }) {
  const [, plain, list, nullable] = /^(\w+)(\[\])?(\?)?$/.exec(type)
  const values = VALUES[`${table}.${column}`]?.map((value) => `'${value}'`).join(' | ')
  const known = values ?? TYPES[plain]
  if (!known) throw new Error(`${table}.${column}: TYPES has no ${plain}.`)
  const written = `${known}${list ?? ''}${nullable && known !== 'unknown' ? ' | null' : ''}`
  return [...(comment ? [doc(comment, '  ')] : []), `  ${column}: ${written}`]
}

const INSERTS = `/** The columns of \`users\` that the host writes. The others have defaults. */
export type NewUser = Pick<UserRow, 'id'> & Partial<Pick<UserRow, 'email' | 'stripe_customer_id'>>

/** The columns of \`generation_jobs\` that the host writes when it starts a prediction. */
export type NewGenerationJob = Pick<GenerationJobRow, 'id' | 'user_id' | 'prediction_id'>
`

const tableMap = () =>
  [
    '/** Rows by the name of their table, for query builders. */',
    'export interface Tables {',
    ...Object.entries(ROWS).map(([name, row]) => `  ${name}: ${row}`),
    '}',
    '',
  ].join('\n')
