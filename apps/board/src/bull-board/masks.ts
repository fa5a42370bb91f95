/** Longer than any of our ids and names. A longer text must come from outside. */
const LONGEST_NAME = 255

/** Job data as operators see it: ids and names. Anything longer is replaced by its length. */
export function maskData(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return mask(data)
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mask(value)]))
}

function mask(value: unknown): unknown {
  if (value === null || value === undefined) return value
  const isShort = typeof value !== 'object' && String(value).length <= LONGEST_NAME
  return isShort ? value : `(${bytesOf(value)} bytes, hidden)`
}

/** The length of an event's body, else of the JSON. */
function bytesOf(value: unknown): number {
  const body = typeof value === 'object' && value !== null && 'rawBody' in value ? value.rawBody : undefined
  return typeof body === 'string' ? Buffer.byteLength(body, 'base64') : Buffer.byteLength(JSON.stringify(value))
}

const FILE = /(?<![\w:/.])(?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^\s:()'"]*[/\\]([^\s:()'"/\\]+)(?=:\d+)/g

/** Strips folders from a stack trace: `worker.ts:12:3`. */
export const withoutPaths = (text: string): string => text.replace(FILE, '$1')

/** Strips folders from every error in an answer of Bull Board. */
export function maskErrors(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(maskErrors)
  if (typeof answer === 'string') return withoutPaths(answer)
  if (typeof answer !== 'object' || answer === null) return answer
  return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, maskErrors(value)]))
}
