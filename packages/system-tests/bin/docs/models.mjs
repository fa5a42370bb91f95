import { readFileSync } from 'node:fs'

const SCHEMA = new URL('../../../../prisma/schema.prisma', import.meta.url)

/** `{ model, name, reference, comment, fields: [{ column, type, comment, mark }] }` of each model of prisma/schema.prisma. */
export function readModels() {
  const models = [...readFileSync(SCHEMA, 'utf8').matchAll(/((?:^\/\/\/.*\n)*)^model (\w+) \{\n([\s\S]*?)^\}/gm)]
  return models.map(([, comment, model, body]) => {
    const fields = [...body.matchAll(/((?:^ *\/\/\/.*\n)*)^ {2}(\w+) +(\w+(?:\[\])?\??).*$/gm)].map(fieldOf)
    return {
      model,
      name: /@@map\("(\w+)"\)/.exec(body)[1],
      reference: referenceTo(model, fields),
      comment: textOf(comment),
      fields,
    }
  })
}

function fieldOf([lines, comment, field, type]) {
  const line = lines.slice(comment.length)
  return {
    column: /@map\("(\w+)"\)/.exec(line)?.[1] ?? field,
    type,
    comment: textOf(comment),
    mark: line.includes('@id') ? 'PK' : line.includes('@unique') ? 'UK' : '',
  }
}

const textOf = (comment) =>
  comment
    .replaceAll(/^ *\/\/\/ /gm, '')
    .trim()
    .replaceAll('\n', ' ')

/**
 * The column by which others refer to it: `user_id` for `User` with the key `id`, else the name of its key. Undefined for a
 * key of several columns.
 */
function referenceTo(model, fields) {
  const key = fields.find(({ mark }) => mark === 'PK')?.column
  return key === 'id' ? `${model.replaceAll(/(?<=.)[A-Z]/g, '_$&').toLowerCase()}_id` : key
}
