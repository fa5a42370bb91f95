import type { OutboxMessage } from '@sluice/database/outbox'
import { type EffectKind, SluiceError } from '@sluice/events'
import type { EffectMessage, Effector } from './effector.ts'

/** The payload in the outbox does not match its kind. The message names fields, never values. */
export class InvalidPayloadError extends SluiceError {
  override readonly name = 'InvalidPayloadError'

  constructor(fields: string) {
    super('invalid_payload', fields)
  }
}

/** @throws {InvalidPayloadError} naming the fields that are missing or wrong. */
export function parseMessage<Kind extends EffectKind>(
  effector: Effector<Kind>,
  { effectKey, payload, webhookEventId }: OutboxMessage,
): EffectMessage<Kind> {
  const { kind } = effector
  const result = effector.payload.safeParse(withAttempt(kind, effectKey, payload))
  if (result.success) return { kind, effectKey, payload: result.data, webhookEventId }
  throw new InvalidPayloadError(result.error.issues.map(({ path }) => path.join('.') || 'payload').join(', '))
}

const HAS_ATTEMPT: readonly EffectKind[] = ['payment.failed', 'payment.reminder']

/**
 * Adds the attempt to a payload that an older version wrote. That version stored it only in the key, as in
 * `payment_failed:<invoice>:<attempt>`. This is done on reading, because reminders wait in the outbox for days, and
 * workers of the older version may still write such rows during an upgrade.
 */
function withAttempt(kind: EffectKind, effectKey: string, payload: unknown): unknown {
  if (!HAS_ATTEMPT.includes(kind) || !isObject(payload) || 'attempt' in payload) return payload
  const [, , attempt = ''] = effectKey.split(':')
  return { ...payload, attempt: Number.parseInt(attempt, 10) }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
