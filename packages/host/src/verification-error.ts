/**
 * Why a request is not a message of Sluice.
 *
 * - `missing_header`: it lacks `webhook-id`, `webhook-timestamp` or `webhook-signature`
 * - `wrong_signature`: no secret gives this signature: the secret is another one, or the body is not the one that was sent
 * - `too_old`, `too_new`: its timestamp is more than five minutes from this machine's time
 * - `not_json`: the signature is right, the body is no JSON
 */
export type VerificationFailure = 'missing_header' | 'wrong_signature' | 'too_old' | 'too_new' | 'not_json'

/** The request is not a message of Sluice. Answer 400. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError'
  readonly failure: VerificationFailure

  constructor(failure: VerificationFailure, message: string) {
    super(message)
    this.failure = failure
  }
}
