import { readdirSync, readFileSync } from 'node:fs'
import { decide } from '../../../handlers/dist/index.js'
import { replicateHandlers } from '../../../handlers/dist/replicate/index.js'
import { PLACEHOLDERS, samples } from '../../../handlers/dist/samples/index.js'
import { stripeHandlers } from '../../../handlers/dist/stripe/index.js'
import { code, table } from './markdown.mjs'

/** Every handled event: the first line of its handler's comment, and the facts and effects that follow from samples. */
export function events() {
  const sources = sourcesOfHandlers()
  const rows = new Map()
  for (const [type, handler] of Object.entries({ ...stripeHandlers, ...replicateHandlers })) {
    if (!samples.has(type)) continue // `training.*`: a family and no type
    const cells = [descriptionOf(handler.name, sources), ...resultsOf(type)]
    const row = JSON.stringify([handler.name, cells])
    rows.set(row, { cells, types: [...(rows.get(row)?.types ?? []), type] })
  }
  return table(
    ['event', 'what happened', 'facts', 'effects', 'keys of the effects'],
    [...rows.values()].map(({ types, cells }) => [list(types), ...cells]),
  )
}

/** The facts, effects and keys of the samples of a type. */
function resultsOf(type) {
  const decisions = samples.get(type).map(decide)
  const facts = decisions.flatMap(({ facts }) => facts.map(({ kind }) => kind))
  const effects = new Map(decisions.flatMap(({ effects }) => effects.map(({ kind, key }) => [kind, patternOf(key)])))
  return [list(new Set(facts)), list(effects.keys()), list(effects.values())]
}

/** `receipt:in_1` → `receipt:<invoice>` */
const patternOf = (key) =>
  key
    .split(':')
    .map((part) => PLACEHOLDERS[part] ?? part)
    .join(':')

const list = (words) => [...words].map(code).join(', ')

/** @throws when the handler has no comment. */
function descriptionOf(handler, sources) {
  const [, description] =
    new RegExp(`/\\*\\*(?:\\n \\*)? ([^\\n]+?)(?: \\*/|(?:\\n \\*[^\\n]*)+/)\\nexport const ${handler}\\b`).exec(
      sources,
    ) ?? []
  if (!description) throw new Error(`${handler} needs a comment whose first line says what happened.`)
  return description.replace(/\.$/, '')
}

function sourcesOfHandlers() {
  const folder = new URL('../../../handlers/src/', import.meta.url)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(new URL(path, folder), 'utf8'))
    .join('\n')
}
