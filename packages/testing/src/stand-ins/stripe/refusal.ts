/** An answer of the API that is an error: https://docs.stripe.com/api/errors */
export class StripeRefusalError extends Error {
  override readonly name = 'StripeRefusalError'
  readonly status: number
  readonly body: object

  constructor(status: number, message: string, details: { code?: string; param?: string } = {}) {
    super(message)
    this.status = status
    this.body = { error: { ...details, message, type: 'invalid_request_error' } }
  }
}
