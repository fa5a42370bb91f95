/**
 * The event's object is not what its type promises, or a handler could not work with it.
 * `code` is the cause on the dead letter; `message` names fields and types, never values.
 */
export class EventFailure extends Error {
  override readonly name = 'EventFailure'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
