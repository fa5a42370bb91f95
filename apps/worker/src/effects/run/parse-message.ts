import type { OutboxMessage } from '@sluice/database/outbox'
import { type EffectKind, replayOf, SluiceError } from '@sluice/events'
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
  { effectKey, payload, availableAt, webhookEventId, eventId, eventAccount, eventOccurredAt }: OutboxMessage,
): EffectMessage<Kind> {
  const { kind, isScheduled } = effector
  const result = effector.payload.safeParse(withAttempt(kind, effectKey, payload))
  const account = eventAccount ?? accountIn(effectKey)
  const isAskedForNow = isScheduled || replayOf(effectKey) !== undefined
  const occurredAt = isAskedForNow ? availableAt : (eventOccurredAt ?? availableAt)
  if (result.success) return { kind, effectKey, payload: result.data, webhookEventId, eventId, account, occurredAt }
  throw new InvalidPayloadError(result.error.issues.map(({ path }) => path.join('.') || 'payload').join(', '))
}

/** Keys end with the connected account and the mode, as in `receipt:in_1@acct_1:test`. */
const accountIn = (effectKey: string): string | null => /@(acct_\w+)(?::test)?$/.exec(effectKey)?.[1] ?? null

const HAS_ATTEMPT: readonly EffectKind[] = ['payment.failed', 'payment.final_notice', 'payment.reminder']

/** An older version wrote one final notice an invoice, about its last attempt. */
const LAST_ATTEMPT = 2 ** 31 - 1

/**
 * Adds the attempt to a payload that an older version wrote. That version stored it only in the key, as in
 * `payment_failed:<invoice>:<attempt>`. This is done on reading, because reminders wait in the outbox for days, and
 * workers of the older version may still write such rows during an upgrade.
 */
function withAttempt(kind: EffectKind, effectKey: string, payload: unknown): unknown {
  if (!HAS_ATTEMPT.includes(kind) || !isObject(payload) || 'attempt' in payload) return payload
  const [, , attempt = ''] = effectKey.split(':')
  const isLast = kind === 'payment.final_notice' && !/^\d/.test(attempt)
  return { ...payload, attempt: isLast ? LAST_ATTEMPT : Number.parseInt(attempt, 10) }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
