import { SluiceError } from '@sluice/events'

/**
 * A server on the other side of an effect does not answer: refused, reset, timed out, closing down. Nothing is wrong
 * with the effect: it uses no attempt and comes back by itself. `code` says how, and never quotes the other side.
 */
export class UnreachableError extends SluiceError {
  override readonly name = 'UnreachableError'
}

const CONNECTION_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

/** The errno of a connection that could not be made or broke; undefined when it is something else. */
export function connectionCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && CONNECTION_CODES.has(code) ? code : undefined
}
