import { beginNotification, finishNotification } from '@sluice/database/records'
import type { Draft } from '@sluice/emails'
import { type Skip, skip } from '@sluice/events'
import { crashPoint } from '@sluice/runtime/crash-point'
import type { Attachment } from '../../outbound/mail/transport.ts'
import type { EffectMessage, EffectTools } from './effector.ts'

export interface Recipient {
  /** Null when no address is known. */
  to: string | null
  /** Languages as tags separated by commas, most wanted first. Null when none are known, and for the staff. */
  locales: string | null
  attachments?: Attachment[]
}

/**
 * Sends the e-mail of an effect and records it as a notification, once per effect key. After a crash between sending
 * and recording, the message is sent again with the same Message-ID. After the time limit nothing is sent, because the
 * retry will send it.
 */
export async function sendEmail(
  { kind, effectKey, webhookEventId }: EffectMessage,
  { pool, mail, writer, logger, signal }: EffectTools,
  draft: Draft,
  { to, locales, attachments = [] }: Recipient,
): Promise<Skip | null> {
  if (to === null) return skip('no_address')
  const email = await writer.write(draft, locales)
  const { subject } = email
  const isOpen = await beginNotification(pool, { effectKey, kind, recipient: to, subject, webhookEventId })
  if (!isOpen) return null
  signal.throwIfAborted()
  await mail.send(effectKey, { ...email, to, attachments })
  crashPoint('after_effect_call')
  await finishNotification(pool, effectKey)
  logger.info('E-mail sent', { type: kind, effectKey })
  return null
}
