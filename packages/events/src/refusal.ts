import { SluiceError } from './errors.ts'

/** Every refusal a sender can meet, with its HTTP status. Nothing else is ever told to the outside. */
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
 * A request that we understand and refuse.
 *
 * `reason` is a coded reason for our logs and metrics (`too_old`, `no_matching_signature`, …): never for the sender,
 * and never with anything of the request in it.
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
