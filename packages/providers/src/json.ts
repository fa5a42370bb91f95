import { isUtf8 } from 'node:buffer'
import { RefusalError } from '@sluice/events'

/**
 * Deeper bodies are refused. Providers nest less than a tenth of this, and recursive code overflows the stack at a few
 * thousand levels.
 */
export const MAX_NESTING = 500

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * Parses a verified body.
 * @throws RefusalError `invalid_payload`: `not_utf8`, `not_json`, `too_deep`.
 */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new RefusalError('invalid_payload', 'not_utf8')
  const text = body.toString('utf8')
  if (brackets(text) > MAX_NESTING && isTooDeep(body)) throw new RefusalError('invalid_payload', 'too_deep')
  try {
    return JSON.parse(text)
  } catch {
    throw new RefusalError('invalid_payload', 'not_json')
  }
}

/** The number of opening brackets, counted up to the limit. A cheap check that accepts most bodies. */
const brackets = (text: string): number =>
  ['{', '['].reduce((sum, bracket) => sum + text.split(bracket, MAX_NESTING + 2).length - 1, 0)

/** Counts brackets outside of strings. Iterates over bytes, because recursion could overflow the stack. */
function isTooDeep(body: Buffer): boolean {
  let depth = 0
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === QUOTE) at = endOfString(body, at)
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth += 1
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth -= 1
    if (depth > MAX_NESTING) return true
  }
  return false
}

/** Index of the quote that closes the string opened at `start`; the body's length if none does. */
function endOfString(body: Buffer, start: number): number {
  let at = start + 1
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1
  return at
}
