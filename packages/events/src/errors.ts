/**
 * The base class of every error that we throw on purpose. Its `code` and `message` name causes, fields and types but
 * never quote input, so both are safe to log and store. The text of any other error may quote a body.
 */
export abstract class SluiceError extends Error {
  abstract override readonly name: string
  /** A code for the cause: `invalid_object`, `smtp_550`. */
  readonly code: string

  constructor(code: string, message: string = code, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * The event's object does not match its type, or a handler cannot process it. `code` is the cause on the dead letter;
 * `message` names fields and types, never values.
 */
export class EventError extends SluiceError {
  override readonly name = 'EventError'
}
