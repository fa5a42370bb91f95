import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { HostMessageType } from '@sluice/events'
import { type Answer, createPoster } from '@sluice/host-webhook'
import { table } from '../table.ts'
import type { HostSettings } from './settings.ts'

const TIMEOUT_MS = 15_000

/** A sample that was sent, and its answer. */
export interface SentSample {
  /** Host and port. */
  to: string
  type: HostMessageType
  id: string
  answer: Answer
}

/** Sends a sample of each of these types to each URL, one after another. */
export async function sendSamples(
  { urls, secrets }: HostSettings,
  types: readonly HostMessageType[],
): Promise<SentSample[]> {
  const sent: SentSample[] = []
  for (const url of urls) {
    const poster = createPoster(url, { timeoutMs: TIMEOUT_MS, connections: 1 })
    for (const type of types) {
      const id = `test_${type.replaceAll('.', '_')}_${randomUUID().slice(0, 8)}`
      sent.push({ to: url.host, type, id, answer: await poster.post({ id, body: sampleOf(type) }, secrets) })
    }
    poster.close()
  }
  return sent
}

const { resolve } = createRequire(import.meta.url)

/** The first example of the type's schema, of now. */
function sampleOf(type: HostMessageType): string {
  const { examples } = JSON.parse(readFileSync(resolve(`@sluice/host/schemas/${type}.json`), 'utf8'))
  return JSON.stringify({ ...examples[0], timestamp: new Date().toISOString() })
}

export function describeSamples(sent: SentSample[]): string {
  const rows = sent.map(({ to, type, answer }) => [
    to,
    type,
    answer.isAcknowledged ? `✔ ${answer.status}` : `✘ ${answer.status ?? answer.code}`,
    `${Math.round(answer.ms)} ms`,
    answer.text.split('\n', 1)[0]?.slice(0, 80) ?? '',
  ])
  const taken = sent.filter(({ answer }) => answer.isAcknowledged).length
  return `${table(['to', 'type', 'answer', 'time', 'body'], rows)}\n${taken} of ${sent.length} acknowledged`
}
