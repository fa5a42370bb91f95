import { providerOf } from '@sluice/providers'
import type { Delivery } from '@sluice/sending'
import type { SignAs, Signed } from './sending.ts'

/** The same request by curl. Its signature holds for five minutes. */
export function curlOf(ingestUrl: string, { delivery: { provider, body }, headers }: Signed): string {
  const url = `${ingestUrl}${providerOf(provider).paths[0]}`
  const given = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  return ['curl', quote(url), ...given, '--data-raw', quote(body)].join(' ')
}

interface Asked extends SignAs {
  provider: string
  type: string
  customer?: string | undefined
  apiVersion?: string | undefined
  body?: string | undefined
  isThin: boolean
  isDuplicate: boolean
}

/**
 * The same by the command line: the sample by its id, and another body as a file, which it reads from a pipe.
 *
 * @returns null if the command line cannot send it: it signs nothing wrongly, and sends JSON alone
 */
export function sendCommandOf(asked: Asked, { provider, id, body }: Delivery): string | null {
  if (asked.isLate || asked.isForged) return null
  const plain = `npx sluice send ${provider} ${quote(asked.type)}`
  const isSample = !(asked.body || asked.customer || asked.apiVersion || asked.isThin)
  if (!isSample && !isJson(body)) return null
  const withId = isSample || providerOf(provider).eventId.bodyKey === null ? `${plain} --id ${quote(id)}` : plain
  const once = isSample ? withId : `printf %s ${quote(body)} | ${withId} --file /dev/stdin`
  return asked.isDuplicate ? `for n in 1 2; do ${once}; done` : once
}

export function seedCommandOf(asked: {
  events: number
  seed: string
  duplicates: number
  isShuffled: boolean
}): string {
  const { events, seed, duplicates, isShuffled } = asked
  const options = `${duplicates > 0 ? ` --duplicates ${duplicates}` : ''}${isShuffled ? ' --shuffle' : ''}`
  return `npx sluice seed --events ${events} --seed ${quote(seed)}${options}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** For a POSIX shell. */
const quote = (text: string): string => (/^[\w.:@/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
