import { SluiceError } from '@sluice/events'

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

  private constructor(kind: AssetError['kind'], code: string, options?: ErrorOptions) {
    super(code, `asset ${kind}: ${code}`, options)
    this.kind = kind
  }

  static refused(reason: RefusalReason): AssetError {
    return new AssetError('refused', reason)
  }

  static expired(status: number): AssetError {
    return new AssetError('expired', `expired_${status}`)
  }

  static retryable(reason: RetryableReason, cause?: unknown): AssetError {
    return new AssetError('retryable', reason, { cause })
  }
}
