import { SluiceError } from '@sluice/events'
import type { Wait } from '../unreachable.ts'

/** Final reasons not to fetch a file. */
export type RefusalReason =
  | 'malformed_url'
  | 'not_https'
  | 'port_not_allowed'
  | 'credentials_in_url'
  | 'host_not_allowed'
  | 'address_not_public'
  | 'too_many_redirects'
  | 'too_large'
  | 'content_encoded'
  | 'malformed_data_uri'

/** Causes that a retry may overcome. */
export type RetryableReason =
  | 'unresolved'
  | 'connection_failed'
  | 'timed_out'
  | 'too_slow'
  | 'cut_short'
  | 'unexpected_status'
  | 'bad_certificate'

interface Details {
  wait?: Wait | null
  cause?: unknown
}

/** Failures that the host's next file would meet as well. */
const OF_HOST: ReadonlySet<RetryableReason> = new Set(['unresolved', 'connection_failed', 'timed_out'])

/**
 * A file could not be copied.
 *
 * - `refused`: its URL or its content is not allowed. Final.
 * - `expired`: its host no longer has it, or denies access. The provider may have a new URL.
 * - `retryable`: anything else.
 *
 * `code` is the cause on the dead letter. The message has no part of the URL, which may contain a signature.
 */
export class AssetError extends SluiceError {
  override readonly name = 'AssetError'
  readonly kind: 'refused' | 'expired' | 'retryable'
  /** How long to wait, for a retryable failure of the host as a whole. */
  readonly wait: Wait | null

  private constructor(kind: AssetError['kind'], code: string, { wait = null, cause }: Details = {}) {
    super(code, `asset ${kind}: ${code}`, { cause })
    this.kind = kind
    this.wait = wait
  }

  static refused(reason: RefusalReason): AssetError {
    return new AssetError('refused', reason)
  }

  static expired(status: number): AssetError {
    return new AssetError('expired', `expired_${status}`)
  }

  static retryable(reason: RetryableReason, cause?: unknown): AssetError {
    return new AssetError('retryable', reason, { cause, wait: OF_HOST.has(reason) ? {} : null })
  }

  /** An answer by which the host, not the file, cannot be had now. */
  static unavailable(status: number, wait: Wait): AssetError {
    return new AssetError('retryable', `host_${status}`, { wait })
  }
}
