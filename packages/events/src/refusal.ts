import { SluiceError } from './errors.ts'

/** The HTTP status of each refusal. A response contains only status and code. */
const STATUS_BY_CODE = {
  invalid_signature: 400,
  invalid_payload: 400,
  forbidden: 403,
  unknown_provider: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  payload_too_large: 413,
  unsupported_media_type: 415,
  unsupported_encoding: 415,
  rate_limited: 429,
  unavailable: 503,
  not_configured: 503,
} as const

export type RefusalCode = keyof typeof STATUS_BY_CODE

/**
 * A request that is refused.
 *
 * `reason` is a code for logs and metrics (`too_old`, `no_matching_signature`, …). It is never sent to the client and
 * never quotes the request.
 */
export class RefusalError extends SluiceError {
  override readonly name = 'RefusalError'
  declare readonly code: RefusalCode
  readonly reason: string

  constructor(code: RefusalCode, reason: string) {
    super(code, `${code}: ${reason}`)
    this.reason = reason
  }

  get status(): number {
    return STATUS_BY_CODE[this.code]
  }
}
