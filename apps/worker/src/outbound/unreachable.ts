import { SluiceError } from '@sluice/events'

/**
 * The external system of an effect does not answer: connection refused or reset, timeout, shutdown. The effect is
 * retried without using an attempt. `code` is the cause and quotes nothing that the external system sent.
 */
export class UnreachableError extends SluiceError {
  override readonly name = 'UnreachableError'
  /** How long the external system asks to wait, in milliseconds. Default: the queue's back-off. */
  readonly retryAfterMs: number | undefined

  constructor(code: string, retryAfterMs?: number) {
    super(code)
    this.retryAfterMs = retryAfterMs
  }
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

/** The errno of a failed or broken connection; undefined for any other error. */
export function connectionCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && CONNECTION_CODES.has(code) ? code : undefined
}
