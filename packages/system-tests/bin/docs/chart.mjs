import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { code, table } from './markdown.mjs'

const CHART = new URL('../../../../docker/helm/sluice/', import.meta.url)

/** Every value of the chart that has a description in its schema, with its default. */
export function chartValues() {
  const schema = JSON.parse(readFileSync(new URL('values.schema.json', CHART), 'utf8'))
  const values = parse(readFileSync(new URL('values.yaml', CHART), 'utf8'))
  const rows = Object.entries(values).flatMap(([name, value]) => rowsOf(name, value, schema.properties[name], schema))
  return table(['value', 'default', 'meaning'], rows)
}

function rowsOf(path, value, given, root) {
  const schema = given?.$ref ? root.definitions[given.$ref.split('/').at(-1)] : given
  if (schema?.description) return [[code(path), standardOf(value), schema.description]]
  if (!schema?.properties) throw new Error(`${path} has no description in values.schema.json.`)
  return Object.entries(value).flatMap(([key, inner]) => rowsOf(`${path}.${key}`, inner, schema.properties[key], root))
}

const standardOf = (value) => {
  if (value === '' || (typeof value === 'object' && Object.keys(value).length === 0)) return 'none'
  return code(typeof value === 'object' ? JSON.stringify(value).replaceAll('"', '') : value)
}
