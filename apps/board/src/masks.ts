/** Longer than any id or name of ours: it is somebody's text. */
const LONGEST_NAME = 255

/** Job data as operators see it: ids and names stay, of a body they see how long it is. */
export function maskData(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return mask(data)
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mask(value)]))
}

function mask(value: unknown): unknown {
  if (value === null || value === undefined) return value
  const isShort = typeof value !== 'object' && String(value).length <= LONGEST_NAME
  return isShort ? value : `(${bytesOf(value)} bytes, hidden)`
}

/** Of an event that rides in the job, its body; of anything else, its JSON. */
function bytesOf(value: unknown): number {
  const body = typeof value === 'object' && value !== null && 'rawBody' in value ? value.rawBody : undefined
  return typeof body === 'string' ? Buffer.byteLength(body, 'base64') : Buffer.byteLength(JSON.stringify(value))
}

const FILE = /(?<![\w:/.])(?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^\s:()'"]*[/\\]([^\s:()'"/\\]+)(?=:\d+)/g

/** A stack trace without where the files are on this machine: `worker.ts:12:3`. */
export const withoutPaths = (text: string): string => text.replace(FILE, '$1')

/** The same for every error text in an answer of Bull Board. */
export function maskErrors(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(maskErrors)
  if (typeof answer === 'string') return withoutPaths(answer)
  if (typeof answer !== 'object' || answer === null) return answer
  return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, maskErrors(value)]))
}
