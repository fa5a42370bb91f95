import { isNativeError } from 'node:util/types'

/** No error is wrapped more deeply than this, except in a cycle of causes. */
const DEPTH_MAX = 10

/** The error and its causes, innermost last; empty when the thrown value is not an Error. */
export function errorsIn(thrown: unknown): Error[] {
  const errors: Error[] = []
  for (let at = thrown; isNativeError(at) && errors.length < DEPTH_MAX; at = at.cause) errors.push(at)
  return errors
}

/**
 * The class of an error, its code if any, and the file and line of its innermost frame: `TypeError at
 * subscription.ts:45`. Safe to log and store, because it never contains the message.
 */
export function placeOf(thrown: unknown): string {
  if (!isNativeError(thrown)) return 'a value that is not an Error was thrown'
  const { code } = thrown as { code?: unknown }
  const name = typeof code === 'string' && CODE.test(code) ? `${thrown.name} ${code}` : thrown.name
  const frame = frameOf(thrown)
  return frame === undefined ? name : `${name} at ${frame}`
}

const CODE = /^[A-Z][A-Z0-9_]*$/

/** Skips the class and message before the frames, because the message may quote a body. */
function frameOf({ message, stack = '' }: Error): string | undefined {
  const [name = ''] = /^[\w$.]*(?: \[\w+\])?/.exec(stack) ?? []
  const head = message ? `${name}: ${message}` : name
  if (!stack.startsWith(`${head}\n`)) return undefined
  return /([\w.-]+\.[cm]?[jt]s:\d+):\d+\)?$/m.exec(stack.slice(head.length))?.[1]
}
