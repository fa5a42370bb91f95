/**
 * The base of every error that we throw on purpose. Its `code` and `message` name causes, fields and types, never what
 * was sent to us, so both are safe to log and to keep; the text of any other error may quote a body.
 */
export abstract class SluiceError extends Error {
  abstract override readonly name: string
  /** The cause in one word: `invalid_object`, `smtp_550`. */
  readonly code: string

  constructor(code: string, message: string = code, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * The event's object is not what its type promises, or a handler could not work with it.
 * `code` is the cause on the dead letter; `message` names fields and types, never values.
 */
export class EventError extends SluiceError {
  override readonly name = 'EventError'
}
