import { RefusalError } from '@sluice/events'

const MAX_LENGTH = 255
const CONTROL = /\p{Cc}/u
const NUL = /\0/g

/**
 * A value that identifies rows, jobs and log lines. It is never modified: an unsuitable value is refused.
 * @throws RefusalError `invalid_payload` when empty, over 255 characters, or with control characters or lone
 * surrogates.
 */
export function identifier(text: string): string {
  const fits = text.length > 0 && text.length <= MAX_LENGTH && !CONTROL.test(text) && text.isWellFormed()
  if (!fits) throw new RefusalError('invalid_payload', 'bad_identifier')
  return text
}

/** Text for a column that only describes the event: truncated, and without characters that Postgres cannot store. */
export function describing(text: unknown): string | null {
  if (typeof text !== 'string') return null
  return text.replace(NUL, '').slice(0, MAX_LENGTH).toWellFormed() || null
}

/** The id of an object that a field contains either expanded or as an id. */
export function idOf(reference: unknown): string | null {
  return describing(isObject(reference) ? reference['id'] : reference)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
