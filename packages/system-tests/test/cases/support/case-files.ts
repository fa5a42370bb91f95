import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { providers } from '@sluice/providers'

/** One event of a case, with times near the present. */
export interface CaseEvent {
  provider: 'stripe' | 'replicate'
  /** The name of its file. */
  name: string
  body: string
}

/** A business case: the host's rows before the first event, and the events in the order in which they happened. */
export interface Case {
  setup: string
  events: CaseEvent[]
}

const FOLDER = new URL('../../../cases/', import.meta.url)

/** The time of the last event, before now, in seconds. */
const LAST_EVENT_AGE = 5

/** Loads the case in `packages/system-tests/cases/<name>`. */
export function loadCase(name: string): Case {
  const folder = new URL(`${name}/`, FOLDER)
  const files = readdirSync(folder).sort()
  const read = (file: string) => readFileSync(new URL(file, folder), 'utf8')
  return caseOf(
    files.filter((file) => file.endsWith('.json')).map((file) => ({ name: basename(file, '.json'), body: read(file) })),
    files.includes('setup.sql') ? read('setup.sql') : '',
  )
}

/** A case by code: `body` is the JSON of an event, as its provider sends it. */
export function caseOf(events: { name: string; body: string }[], setup = ''): Case {
  const shift = shiftOf(events.map(({ body }) => body))
  return {
    setup,
    events: events.map(({ name, body }) => ({
      name,
      provider: providerOf(body),
      body: body.replace(SECONDS, (seconds) => `${Number(seconds) + shift}`),
    })),
  }
}

/** Numbers that are times of the years 2026 and 2027. */
const SECONDS = /(?<=:\s*)1[78]\d{8}(?=\s*[,}\]\r\n])/g

function shiftOf(bodies: string[]): number {
  const created = bodies.map((body) => (JSON.parse(body) as { created?: number }).created ?? 0)
  return Math.floor(Date.now() / 1000) - LAST_EVENT_AGE - Math.max(...created)
}

const providerOf = (body: string): CaseEvent['provider'] =>
  (JSON.parse(body) as { object?: string }).object === 'event' ? 'stripe' : 'replicate'

const SECRET = 'whsec_c2VjcmV0IG9mIHRoZSBjYXNlcw=='

/** The event as ingest verifies it. */
export function verified({ provider: name, body }: CaseEvent, id: string) {
  const provider = providers.find((one) => one.name === name)
  if (!provider) throw new Error(`no provider is named ${name}`)
  const headers = provider.sign(body, SECRET, { id })
  return provider.verify({ headers, body: Buffer.from(body) }, [SECRET], { toleranceSeconds: 300 })
}
