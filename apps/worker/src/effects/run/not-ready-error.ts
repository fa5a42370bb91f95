import { SluiceError } from '@sluice/events'

/** The effect must wait for another one. It is retried without using an attempt. */
export class NotReadyError extends SluiceError {
  override readonly name = 'NotReadyError'
}
