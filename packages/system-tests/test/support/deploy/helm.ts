import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { DOCKER, yamlOf } from './files.ts'
import { isTrue, type Scope, textOf, type Value } from './go-expression.ts'
import { parseTemplate, renderNodes, type Template } from './go-template.ts'

/** Anything that YAML can hold. */
export type Manifest = Value

export const CHART = join(DOCKER, 'helm/sluice')
const TEMPLATES = readdirSync(join(CHART, 'templates'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(yaml|tpl|txt)$/.test(name))
  .map((name): [string, Template] => [name, parseTemplate(readFileSync(join(CHART, 'templates', name), 'utf8'))])
const DEFINED = new Map(TEMPLATES.flatMap(([, { defined }]) => [...defined]))

/**
 * The manifests of the chart with these values over its own. Not Helm, but the part of its language that the chart keeps
 * to; the tests of containers compare the two.
 */
export function renderChart(values: object = {}, release = 'sluice'): Manifest[] {
  return TEMPLATES.filter(([name]) => name.endsWith('.yaml')).flatMap(([name, { nodes }]) => {
    const text = renderNodes(nodes, scopeOf(values, release))
    return parseAllDocuments(text, { strict: true }).flatMap((document) => {
      if (document.errors.length > 0) throw new Error(`${name}: ${document.errors[0]?.message}\n${text}`)
      return document.contents === null ? [] : [document.toJS()]
    })
  })
}

/** The notes that Helm prints after an install. */
export const renderNotes = (values: object = {}): string =>
  renderNodes(TEMPLATES.find(([name]) => name === 'NOTES.txt')?.[1].nodes ?? [], scopeOf(values, 'sluice'))

export const render = (template: string, values: object = {}): string =>
  renderNodes(parseTemplate(template).nodes, scopeOf(values, 'sluice'))

function scopeOf(values: object, release: string): Scope {
  const { name, version, appVersion } = yamlOf('docker/helm/sluice/Chart.yaml')
  const root = {
    Values: over(yamlOf('docker/helm/sluice/values.yaml'), values),
    Release: { Name: release, Namespace: 'default', Service: 'Helm' },
    Chart: { Name: name, Version: version, AppVersion: appVersion },
    Files: { Get: (path: string) => readFileSync(join(CHART, path), 'utf8') },
  }
  return { dot: root, variables: Object.assign(Object.create(null), { '': root }), functions: FUNCTIONS }
}

const isMap = (value: Value): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

function over(base: Value, values: Value): Value {
  if (!isMap(base) || !isMap(values)) return values
  const changed = Object.entries(values).map(([key, value]) => [key, key in base ? over(base[key], value) : value])
  return { ...base, ...Object.fromEntries(changed) }
}

/** Those of Helm that the chart uses. https://helm.sh/docs/chart_template_guide/function_list/ */
const FUNCTIONS: Scope['functions'] = {
  include: (name: string, dot: Value) => {
    const nodes = DEFINED.get(name)
    if (!nodes) throw new Error(`nothing is defined as ${name}`)
    return renderNodes(nodes, { dot, variables: Object.assign(Object.create(null), { '': dot }), functions: FUNCTIONS })
  },
  and: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  concat: (...lists) => lists.flat(),
  default: (standard, value) => (isTrue(value) ? value : standard),
  dict: (...words) => Object.fromEntries(words.flatMap((word, index) => (index % 2 ? [] : [[word, words[index + 1]]]))),
  eq: (one, other) => one === other,
  floor: Math.floor,
  fromYaml: (text) => parse(text),
  get: (map, key) => map[key] ?? '',
  hasKey: (map, key) => Object.hasOwn(map, key),
  int64: BigInt,
  kindIs: (kind, value) => kind === 'float64' && typeof value === 'number',
  list: (...values) => values,
  merge: (target, ...sources) => {
    for (const source of sources)
      for (const [key, value] of Object.entries(source)) if (!isTrue(target[key])) target[key] = value
    return target
  },
  ne: (one, other) => one !== other,
  nindent: (width, text) => `\n${String(text).replace(/^/gm, ' '.repeat(width))}`,
  not: (value) => !isTrue(value),
  or: (...values) => values.find(isTrue) ?? values.at(-1),
  printf: (format, ...values) =>
    values.reduce((text: string, value: Value) => text.replace('%s', () => textOf(value)), format),
  quote: (value) => JSON.stringify(textOf(value)),
  replace: (from, to, text) => text.replaceAll(from, to),
  toYaml: (value) => stringify(value).trimEnd(),
}
