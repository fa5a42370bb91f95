import { SluiceError } from '@sluice/events'

/** What we may never fetch, and why: not by trying again either. */
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

/** What went wrong this time and may go well the next. */
export type TroubleReason =
  | 'unresolved'
  | 'connection_failed'
  | 'timed_out'
  | 'too_slow'
  | 'cut_short'
  | 'unexpected_status'

/**
 * A file could not be copied.
 *
 * - `refused`: its address is none that we go to, or its contents none that we take. Final.
 * - `expired`: its host has it no longer, or not for us. A new address may be had from the provider.
 * - `retryable`: anything else.
 *
 * `code` is the cause on the dead letter. Nothing of the address is in the message: addresses can carry signatures.
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

  static retryable(reason: TroubleReason, cause?: unknown): AssetError {
    return new AssetError('retryable', reason, { cause })
  }
}
