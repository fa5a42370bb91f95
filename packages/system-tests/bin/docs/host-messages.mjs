import { readdirSync, readFileSync } from 'node:fs'
import { code, doc, table } from './markdown.mjs'

const FOLDER = new URL('../../../host/schemas/', import.meta.url)

const schemas = () =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')))

const HEAD = '// Made from packages/host/schemas by `pnpm docs:update`.\n'

/** The TypeScript of all messages to the host application. */
export const hostMessages = () => [HEAD, ...schemas().map(dataOf), map(), MESSAGE].join('\n')

/** `payment.failed` → `PaymentFailed` */
const nameOf = (type) => type.replace(/(?:^|\.)(\w)/g, (_, letter) => letter.toUpperCase())

function dataOf({ title, description, properties: { data } }) {
  return [doc(description, ''), `export interface ${nameOf(title)} ${objectOf(data, '')}`, ''].join('\n')
}

function objectOf({ properties }, indent) {
  const inner = `${indent}  `
  const lines = Object.entries(properties).flatMap(([name, property]) => [
    doc(property.description, inner),
    `${inner}${name}: ${typeOf(property, inner)}`,
  ])
  return ['{', ...lines, `${indent}}`].join('\n')
}

const TYPES = { string: 'string', integer: 'number', boolean: 'boolean', null: 'null' }

function typeOf({ type, enum: values, items, ...others }, indent) {
  if (values) return values.map((value) => (value === null ? 'null' : `'${value}'`)).join(' | ')
  if (type === 'array') return `${typeOf(items, indent)}[]`
  if (type === 'object') return objectOf(others, indent)
  return [type]
    .flat()
    .map((one) => TYPES[one])
    .join(' | ')
}

const map = () =>
  [
    '/** The data of each type of message. */',
    'export interface MessageData {',
    ...schemas().map(({ title }) => `  '${title}': ${nameOf(title)}`),
    '}',
    '',
  ].join('\n')

const MESSAGE = `export type MessageType = keyof MessageData

/** A message as it is sent. \`timestamp\` is when it happened, ISO 8601; \`data\` is the state at the time of sending. */
export type Message<Type extends MessageType = MessageType> = {
  [T in Type]: { type: T; timestamp: string; data: MessageData[T] }
}[Type]
`

/** Every type of message, when it is sent, and what it contains. */
export const hostMessageTable = () =>
  table(
    ['type', 'when', 'data'],
    schemas().map(({ title, description, properties: { data } }) => [
      `[${code(title)}](schemas/${title}.json)`,
      description,
      Object.keys(data.properties).map(code).join(', '),
    ]),
  )
