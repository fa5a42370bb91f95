import { TABLES } from '../../../database/dist/tables.js'
import { code, table } from './markdown.mjs'
import { readModels } from './models.mjs'

/** Columns that refer to a table whose key has another name. */
const ALIASES = { charge_id: 'payment_references', payment_intent_id: 'payment_references' }

/** A Mermaid diagram with the keys of all tables of prisma/schema.prisma, and a line for each table. */
export function tables() {
  const models = readModels()
  const lines = models.map(({ name, comment }) => {
    if (!comment) throw new Error(`${name} has no comment in prisma/schema.prisma.`)
    const { rows, key } = TABLES[name]
    return [code(name), rows, key.map(code).join(', '), comment]
  })
  return [diagramOf(models), table(['table', 'rows', 'key', 'meaning'], lines)].join('\n\n')
}

function diagramOf(models) {
  const relations = models.flatMap((model) => relationsOf(model, models))
  const referring = new Set(relations.map(({ from, column }) => `${from} ${column}`))
  const entities = models.map(({ name, fields }) => {
    const keys = fields.filter(({ column, mark }) => mark || referring.has(`${name} ${column}`))
    return [
      `  ${name} {`,
      ...keys.map(({ type, column, mark }) => `    ${type.replace(/\W+$/, '')} ${column} ${mark}`.trimEnd()),
      '  }',
    ]
  })
  const lines = relations.map(({ from, to, column }) => `  ${to} ||..o{ ${from} : ${column}`)
  return ['```mermaid', 'erDiagram', ...lines, ...entities.flat(), '```'].join('\n')
}

/** The account is left out: nearly every table has one. */
function relationsOf({ name: from, fields }, models) {
  return fields.flatMap(({ column }) => {
    const to = ALIASES[column] ?? models.find(({ reference }) => reference === column)?.name
    return to && to !== from && column !== 'account' ? [{ from, to, column }] : []
  })
}
