import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Handler } from '@sluice/events'
import type { Environment } from '../environment.ts'

/** The code in these folders decides what events become: that of the handlers, and of commits with their merges. */
const folders = () => [
  dirname(fileURLToPath(import.meta.resolve('@sluice/handlers'))),
  ...['commit', 'merges', 'ledger', 'credits', 'outbox'].map((name) =>
    join(dirname(fileURLToPath(import.meta.resolve('@sluice/database/commit'))), '..', name),
  ),
]

/** The settings that decide what an event becomes. */
const SETTINGS = [
  ...(['NODE_ENV', 'LIVEMODE', 'STRIPE_ACCOUNTS', 'STRIPE_EVENT_TYPES', 'PAST_DUE_IS_ACTIVE'] as const),
  ...(['PREMIUM_PRICES', 'ASSET_HOSTS'] as const),
]

/** Twelve hexadecimal digits that change with the handlers, the merges and their settings. The files are read once. */
export function handlerVersionOf(env: Environment, decide: Handler): () => string {
  let version: string | undefined
  return () => {
    version ??= hashOf([
      JSON.stringify(SETTINGS.map((name) => env[name] ?? null)),
      String(decide),
      ...folders().flatMap(sourcesIn),
    ])
    return version
  }
}

/** The code in a folder, in the order of its names. */
const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.d)\.(js|ts)$/.test(name))
    .sort()
    .flatMap((name) => [name, readFileSync(join(folder, name), 'utf8')])

const hashOf = (texts: string[]): string =>
  texts
    .reduce((hash, text) => hash.update(text).update('\0'), createHash('sha256'))
    .digest('hex')
    .slice(0, 12)
