import { SluiceError } from '@sluice/events'

/** The run is over: its action was stopped, another worker carries it out, or this process stops. */
export class ActionEndedError extends SluiceError {
  override readonly name = 'ActionEndedError'

  constructor() {
    super('action_ended', 'the run of this action is over')
  }
}
