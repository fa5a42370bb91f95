import type { OutboxMessage } from '@sluice/database/outbox'
import { EMAIL_KINDS } from '@sluice/emails'
import type { Skip } from '@sluice/events'
import type { Logger } from '@sluice/runtime/logger'
import { countEffect } from './handle-failure.ts'

const EMAILS: ReadonlySet<string> = new Set(EMAIL_KINDS)

/** Logs and counts an effect that was done or skipped. An e-mail that is sent has its own log line. */
export function reportEnd(
  logger: Logger,
  { kind: type, effectKey, eventId }: Pick<OutboxMessage, 'kind' | 'effectKey' | 'eventId'>,
  skipped: Skip | null,
): void {
  countEffect(type, skipped ? 'skipped' : 'done', skipped?.reason)
  const about = { type, effectKey, ...(eventId !== null && { eventId }) }
  const isEmail = EMAILS.has(type)
  if (skipped) {
    const line = isEmail ? 'E-mail not sent' : 'Effect skipped'
    logger.info(line, { ...about, outcome: 'skipped', reason: skipped.reason })
  } else if (!isEmail) logger.debug('Effect done', { ...about, outcome: 'done' })
}
