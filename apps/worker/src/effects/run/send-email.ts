import { beginNotification, finishNotification } from '@sluice/database/records'
import { type Skip, skip } from '@sluice/events'
import { crashPoint } from '@sluice/runtime/crash-point'
import type { EmailContent } from '../../outbound/mail/email-content.ts'
import { layOut } from '../../outbound/mail/layout.ts'
import type { Attachment } from '../../outbound/mail/transport.ts'
import type { EffectMessage, EffectTools } from './effector.ts'

export interface Recipient {
  /** Null when no address is known. */
  to: string | null
  attachments?: Attachment[]
}

/**
 * Sends the e-mail of an effect and records it as a notification, once per effect key. After a crash between sending
 * and recording, the message is sent again with the same Message-ID. After the time limit nothing is sent, because the
 * retry will send it.
 */
export async function sendEmail(
  { kind, effectKey, webhookEventId }: EffectMessage,
  { pool, mail, logger, signal }: EffectTools,
  content: EmailContent,
  { to, attachments = [] }: Recipient,
): Promise<Skip | null> {
  if (to === null) return skip('no_address')
  const subject = content.isTest ? `[Test] ${content.subject}` : content.subject
  const isOpen = await beginNotification(pool, { effectKey, kind, recipient: to, subject, webhookEventId })
  if (!isOpen) return null
  signal.throwIfAborted()
  await mail.send(effectKey, { to, subject, ...layOut(content, mail.sender.name), attachments })
  crashPoint('after_effect_call')
  await finishNotification(pool, effectKey)
  logger.info('E-mail sent', { type: kind, effectKey })
  return null
}
