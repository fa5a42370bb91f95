/** An answer of the API that is an error: https://docs.stripe.com/api/errors */
export interface Refusal {
  status: number
  body: object
}

/** @throws an error that carries the refusal. */
export function refuse(status: number, message: string, details: { code?: string; param?: string } = {}): never {
  const refusal: Refusal = { status, body: { error: { ...details, message, type: 'invalid_request_error' } } }
  throw new Error(message, { cause: refusal })
}

/** The refusal that an error carries; null for any other error. */
export function refusalOf(error: unknown): Refusal | null {
  const { cause } = error as { cause?: Refusal }
  return cause?.body ? cause : null
}
