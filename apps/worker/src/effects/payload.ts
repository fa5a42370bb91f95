import { SluiceError } from '@sluice/events'
import type { EffectMessage } from './effector.ts'

/** The outbox message lacks what its kind needs: whoever wrote it is wrong. */
class InvalidPayloadError extends SluiceError {
  override readonly name = 'InvalidPayloadError'

  constructor(field: string) {
    super('invalid_payload', field)
  }
}

/** @throws InvalidPayloadError when it is not there. */
export function given({ payload }: EffectMessage, name: string): string {
  const value = payload[name]
  if (typeof value !== 'string' || value === '') throw new InvalidPayloadError(name)
  return value
}

/** Which attempt at a payment the effect is about, from a key like `payment_failed:<invoice id>:<attempt>`. */
export function attemptOf({ effectKey }: EffectMessage): number {
  const [, attempt] = /^\w+:\w+:(\d+)/.exec(effectKey) ?? []
  if (attempt === undefined) throw new InvalidPayloadError('attempt')
  return Number(attempt)
}
