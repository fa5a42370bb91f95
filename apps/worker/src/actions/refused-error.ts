import { SluiceError } from '@sluice/events'

/** The action must not be done. `message` says why, for the person who asked for it. */
export class ActionRefusedError extends SluiceError {
  override readonly name = 'ActionRefusedError'

  constructor(message: string) {
    super('action_refused', message)
  }
}
