import { readdirSync, readFileSync } from 'node:fs'
import { boardEnvironment } from '../../../../apps/board/dist/environment.js'
import { secretVariables, sendingVariables } from '../../../../apps/board/dist/send/variables.js'
import { variables as ofCommands } from '../../../../apps/cli/dist/environment.js'
import { variables as ofIngest } from '../../../../apps/ingest/dist/environment.js'
import { variables as ofWorker } from '../../../../apps/worker/dist/environment.js'
import { code, table } from './markdown.mjs'

const ofBoard = { ...boardEnvironment(false), ...sendingVariables, ...secretVariables }

const PROCESSES = { cli: ofCommands, ingest: ofIngest, worker: ofWorker, board: ofBoard }

/** Every variable of every process: its default, its meaning, and who reads it. */
export function environment() {
  const known = new Map()
  for (const [process, shape] of Object.entries(PROCESSES)) {
    for (const [name, schema] of Object.entries(shape)) {
      known.set(name, merge(known.get(name), process, name, schema))
      known.get(schema.meta()?.fallback)?.readers.add(process)
    }
  }
  const commands = sourcesOfCommands()
  for (const [name, variable] of known) if (isRead(name, commands)) variable.readers.add('cli')
  return table(
    ['variable', 'default', 'meaning', 'read by'],
    [...known].map(([name, { standard, meaning, readers }]) => [code(name), standard, meaning, inOrder(readers)]),
  )
}

/** One variable means the same in every process that reads it. */
function merge(before, process, name, schema) {
  const { description: meaning, default: inWords } = schema.meta() ?? {}
  if (!meaning) throw new Error(`${name} of ${process} has no description: add .describe('…') to its schema.`)
  if (before && before.meaning !== meaning)
    throw new Error(`${name} is described in two ways: once more in ${process}.`)
  const readers = before?.readers ?? new Set()
  return { meaning, standard: inWords ?? defaultOf(schema), readers: readers.add(process) }
}

/** The default of a zod schema as a reader writes it. https://zod.dev/packages/core#schema-definitions */
function defaultOf(schema) {
  const { def } = schema._zod
  if (def.type === 'default') return def.defaultValue === '' ? 'none' : code(def.defaultValue)
  if (def.type === 'optional') return 'none'
  if (def.type === 'pipe') return defaultOf(def.in)
  const { fallback } = schema.meta() ?? {}
  return fallback ? code(fallback) : 'required'
}

/** Commands read what they need where they need it, so their sources tell. */
function sourcesOfCommands() {
  const folder = new URL('../../../../apps/cli/src/', import.meta.url)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(new URL(path, folder), 'utf8'))
    .join('\n')
}

/** By its name in quotes, or taken out of the environment by its name. */
const isRead = (name, sources) =>
  sources.includes(`'${name}'`) || new RegExp(`\\{[^}]*\\b${name}\\b[^}]*\\} = env\\b`).test(sources)

const inOrder = (readers) => ['ingest', 'worker', 'board', 'cli'].filter((process) => readers.has(process)).join(', ')
