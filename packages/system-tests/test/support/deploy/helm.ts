import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { DOCKER, yamlOf } from './files.ts'

/** Anything that YAML can hold. */
// biome-ignore lint/suspicious/noExplicitAny: what it looks like is what the tests find out
export type Manifest = any

const CHART = join(DOCKER, 'helm/sluice')

/**
 * The manifests of the chart with these values over its own. Not Helm: it knows the part of its language that the
 * chart keeps to, and refuses the rest: `if`, `not`, `range $name, $value :=`, `end`, `.Values.…`, `$name`, `quote`,
 * `nindent`, `toYaml`, `printf` with `%s`, and `-` that trims what is before.
 */
export function renderChart(values: object = {}): Manifest[] {
  const merged = merge(yamlOf('docker/helm/sluice/values.yaml'), values)
  return readdirSync(join(CHART, 'templates')).flatMap((name) => {
    const text = render(readFileSync(join(CHART, 'templates', name), 'utf8'), { Values: merged })
    return parseAllDocuments(text, { strict: true }).flatMap((document) => {
      if (document.errors.length > 0) throw new Error(`${name}: ${document.errors[0]?.message}\n${text}`)
      return document.contents === null ? [] : [document.toJS()]
    })
  })
}

type Scope = Record<string, unknown>

export function render(template: string, scope: Scope): string {
  const parts = template.replace(/\s*\{\{-/g, '{{').split(/\{\{(.*?)\}\}/s)
  return renderUntilEnd(parts, 0, scope)
}

/** From a piece of text to the `end` that belongs to it: texts and actions take turns. */
function renderUntilEnd(parts: string[], start: number, scope: Scope): string {
  let text = parts[start] ?? ''
  for (let at = start + 1; at < parts.length; at += 2) {
    const action = (parts[at] ?? '').trim()
    if (action === 'end') break
    if (opens(action)) {
      text += block(action, parts, at + 1, scope)
      at = endOf(parts, at)
    } else text += String(evaluate(action, scope))
    text += parts[at + 1] ?? ''
  }
  return text
}

const opens = (action: string): boolean => /^(if|range) /.test(action)

/** Where the block ends whose first action is there. */
function endOf(parts: string[], opening: number): number {
  let depth = 0
  for (let at = opening; at < parts.length; at += 2) {
    const action = (parts[at] ?? '').trim()
    if (opens(action)) depth += 1
    if (action === 'end') depth -= 1
    if (depth === 0) return at
  }
  throw new Error(`no end of ${parts[opening]}`)
}

function block(action: string, parts: string[], start: number, scope: Scope): string {
  const [, key = '', value = '', list = ''] = /^range \$(\w+), \$(\w+) := (.+)$/.exec(action) ?? []
  if (list !== '') {
    const entries = Object.entries(evaluate(list, scope) as object).sort(([one], [other]) => (one < other ? -1 : 1))
    return entries.map(([k, v]) => renderUntilEnd(parts, start, { ...scope, [key]: k, [value]: v })).join('')
  }
  const [, not, condition = ''] = /^if (not )?(\S+)$/.exec(action) ?? []
  const holds = Boolean(evaluate(condition, scope)) !== (not !== undefined)
  return holds ? renderUntilEnd(parts, start, scope) : ''
}

function evaluate(expression: string, scope: Scope): unknown {
  const [first = '', ...filters] = expression.split(' | ')
  return filters.reduce((value, filter) => apply(filter, value), head(first, scope))
}

function head(expression: string, scope: Scope): unknown {
  const [word = '', ...rest] = expression.match(/"[^"]*"|\S+/g) ?? []
  if (word === 'toYaml') return stringify(resolve(rest[0] ?? '', scope)).trimEnd()
  if (word === 'printf')
    return rest
      .slice(1)
      .reduce((text, path) => text.replace('%s', String(resolve(path, scope))), JSON.parse(rest[0] ?? '""'))
  if (rest.length > 0) throw new Error(`the chart keeps to a part of the language without: ${expression}`)
  return resolve(word, scope)
}

function apply(filter: string, value: unknown): string {
  const [name, width] = filter.split(' ')
  if (name === 'quote') return JSON.stringify(String(value))
  if (name === 'nindent') return `\n${String(value).replace(/^/gm, ' '.repeat(Number(width)))}`
  throw new Error(`the chart keeps to a part of the language without: ${filter}`)
}

function resolve(path: string, scope: Scope): unknown {
  const [root = '', ...keys] = path.replace(/^[.$]/, '').split('.')
  const value = keys.reduce((inner: Manifest, key) => inner?.[key], scope[root])
  if (value === undefined) throw new Error(`there is no value ${path}`)
  return value
}

function merge(base: Manifest, over: Manifest): Manifest {
  if (typeof base !== 'object' || base === null || typeof over !== 'object') return over
  const keys = [...new Set([...Object.keys(base), ...Object.keys(over)])]
  return Object.fromEntries(keys.map((key) => [key, key in over ? merge(base[key], over[key]) : base[key]]))
}
