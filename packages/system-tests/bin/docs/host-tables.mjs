import { TABLES } from '../../../database/dist/tables.js'
import { doc } from './markdown.mjs'
import { readModels } from './models.mjs'

/** Columns of few values. */
const VALUES = {
  'users.role': ['FREE', 'PREMIUM'],
  'subscriptions.billing_period': ['daily', 'weekly', 'monthly', 'yearly'],
  'variants.status': ['pending', 'stored', 'refused', 'failed'],
  'documents.kind': ['receipt', 'invoice', 'credit_note'],
  'ledger_entries.direction': ['debit', 'credit'],
}

/** The type that the driver `pg` makes of a column. */
const TYPES = {
  String: 'string',
  Int: 'number',
  BigInt: 'Int8',
  Decimal: 'Numeric',
  Boolean: 'boolean',
  DateTime: 'Date',
  Json: 'unknown',
  Bytes: 'Uint8Array',
}

const HEAD = `// Made from prisma/schema.prisma by \`pnpm docs:update\`.

/** A whole number of up to 64 bits, as \`pg\` returns it: its digits. Prisma returns a bigint. */
export type Int8 = string

/** A number with decimals, as \`pg\` returns it: its digits. */
export type Numeric = string
`

/** The TypeScript of the rows of all tables that a host application may read, with the columns that it may read. */
export function hostTables() {
  const models = readModels().filter(({ name }) => TABLES[name].host.reads.length > 0)
  return [HEAD, ...models.map(interfaceOf), ...models.flatMap(insertOf), mapOf(models)].join('\n')
}

const rowOf = ({ model }) => `${model}Row`

function interfaceOf(model) {
  const { name, comment, fields } = model
  const readable = fields.filter(({ column }) => TABLES[name].host.reads.includes(column))
  const lines = readable.flatMap((field) => columnOf(name, field))
  return [doc(comment, ''), `export interface ${rowOf(model)} {`, ...lines, '}', ''].join('\n')
}

/** The columns of a table that the host writes: it must give the key. */
function insertOf({ name, model, fields }) {
  const written = fields.filter(({ column }) => TABLES[name].host.writes.includes(column))
  if (written.length === 0) return []
  return [
    `/** The columns of \`${name}\` that the host writes. The others have defaults. */`,
    `export interface New${model} {`,
    ...written.map(({ column, mark }) => `  ${column}${mark === 'PK' ? '' : '?'}: ${model}Row['${column}']`),
    '}',
    '',
  ].join('\n')
}

function columnOf(table, { column, type, comment }) {
  const [, plain, list, nullable] = /^(\w+)(\[\])?(\?)?$/.exec(type)
  const values = VALUES[`${table}.${column}`]?.map((value) => `'${value}'`).join(' | ')
  const known = values ?? TYPES[plain]
  if (!known) throw new Error(`${table}.${column}: TYPES has no ${plain}.`)
  const written = `${known}${list ?? ''}${nullable && known !== 'unknown' ? ' | null' : ''}`
  return [...(comment ? [doc(comment, '  ')] : []), `  ${column}: ${written}`]
}

const mapOf = (models) =>
  [
    '/** Rows by the name of their table, for query builders. */',
    'export interface Tables {',
    ...models.map((model) => `  ${model.name}: ${rowOf(model)}`),
    '}',
    '',
  ].join('\n')
