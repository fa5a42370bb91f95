import { SluiceError } from '@sluice/events'

/** Why an effect waits: the first word of `outbox_messages.error`, and a label of the metric. */
export const WAIT_CAUSES = [
  /** No connection, no address of the host, or no answer in time. */
  'unreachable',
  /** It answers that it cannot serve now: HTTP 500, 502, 503, 504, SMTP 421. */
  'unavailable',
  /** It asks for fewer requests: HTTP 429, `SlowDown`. */
  'rate_limited',
  /** It does not take this one for now: SMTP 450, 451, 452, greylisting. */
  'deferred',
  /** It does not accept the login, or the login may not do this. */
  'access_denied',
  /** The clock of this machine is wrong, or a token has expired. */
  'clock_or_token',
  /** Its disk or quota is full. */
  'no_space',
  /** Its disk cannot be written to. */
  'read_only',
  /** This process has no file descriptors or no time left. */
  'busy',
  /** Another effect has to end first. */
  'not_ready',
] as const

export type WaitCause = (typeof WAIT_CAUSES)[number]

export interface Wait {
  /** Default: `unreachable`. */
  cause?: WaitCause
  /** How long the external system asks to wait, in milliseconds. Default: a pause that grows with the wait. */
  retryAfterMs?: number | undefined
  /** After so many milliseconds of waiting for this cause the effect counts as failed. Default: it waits until mended. */
  limitMs?: number
}

/**
 * The external system of an effect cannot serve it now, and will later, by itself or once somebody mends it. The effect
 * is retried without using an attempt. `code` is the cause and quotes nothing that the external system sent.
 */
export class UnreachableError extends SluiceError {
  override readonly name = 'UnreachableError'
  readonly wait: Wait & { cause: WaitCause }

  constructor(code: string, { cause = 'unreachable', ...wait }: Wait = {}, options?: ErrorOptions) {
    super(code, code, options)
    this.wait = { cause, ...wait }
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

/** Errnos of a machine that is out of something, or of a disk that somebody must mend. */
const MACHINE_CODES = new Map<string, WaitCause>([
  ['ENOSPC', 'no_space'],
  ['EDQUOT', 'no_space'],
  ['EROFS', 'read_only'],
  ['EACCES', 'access_denied'],
  ['EPERM', 'access_denied'],
  ['EMFILE', 'busy'],
  ['ENFILE', 'busy'],
  ['ENOMEM', 'busy'],
  ['ENOBUFS', 'busy'],
  ['EAGAIN', 'busy'],
  ['EBUSY', 'busy'],
  ['EADDRNOTAVAIL', 'busy'],
  ['EIO', 'unavailable'],
  ['ESTALE', 'unavailable'],
])

/** An errno that time or somebody mends, as the error of an effect that waits; undefined for any other error. */
export function waitForErrno(error: unknown): UnreachableError | undefined {
  const connection = connectionCode(error)
  if (connection !== undefined) return new UnreachableError(connection)
  const code = (error as { code?: unknown } | null)?.code
  const cause = typeof code === 'string' ? MACHINE_CODES.get(code) : undefined
  return cause && new UnreachableError(code as string, { cause })
}
