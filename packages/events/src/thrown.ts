import { isNativeError } from 'node:util/types'

/** Deeper than this nobody wraps an error, unless it wraps itself. */
const DEPTH_MAX = 10

/** The error and its causes, the innermost last; empty when something else than an Error was thrown. */
export function errorsIn(thrown: unknown): Error[] {
  const errors: Error[] = []
  for (let at = thrown; isNativeError(at) && errors.length < DEPTH_MAX; at = at.cause) errors.push(at)
  return errors
}

/**
 * The class of an error, its code if it has one, and file and line of its innermost frame: `TypeError at
 * subscription.ts:45`. Safe to log and to keep, whatever its message quotes.
 */
export function placeOf(thrown: unknown): string {
  if (!isNativeError(thrown)) return 'something that is no Error was thrown'
  const { code } = thrown as { code?: unknown }
  const name = typeof code === 'string' && CODE.test(code) ? `${thrown.name} ${code}` : thrown.name
  const frame = frameOf(thrown)
  return frame === undefined ? name : `${name} at ${frame}`
}

const CODE = /^[A-Z][A-Z0-9_]*$/

/** The stack repeats class and message before its frames, and the message may quote a body. */
function frameOf({ message, stack = '' }: Error): string | undefined {
  const [name = ''] = /^[\w$.]*(?: \[\w+\])?/.exec(stack) ?? []
  const head = message ? `${name}: ${message}` : name
  if (!stack.startsWith(`${head}\n`)) return undefined
  return /([\w.-]+\.[cm]?[jt]s:\d+):\d+\)?$/m.exec(stack.slice(head.length))?.[1]
}
