import { beginNotification, finishNotification } from '@sluice/database/records'
import { crashPoint } from '@sluice/runtime/crash-point'
import type { Composition } from '../outbound/mail/composition.ts'
import { layOut } from '../outbound/mail/layout.ts'
import type { Attachment } from '../outbound/mail/transport.ts'
import type { EffectMessage, EffectTools } from './effector.ts'

export interface Notice {
  kind: string
  to: string | null
  composition: Composition
  attachments?: Attachment[]
}

/**
 * Sends a notice once for its effect, as far as anybody can: a crash between sending and noting it sends the same
 * message, under the same Message-ID, again.
 */
export async function tell(
  { effectKey, webhookEventId }: EffectMessage,
  { pool, mail }: EffectTools,
  { kind, to, composition, attachments = [] }: Notice,
): Promise<string | null> {
  if (to === null) return 'no e-mail address'
  const subject = composition.isTest ? `[Test] ${composition.subject}` : composition.subject
  const isOpen = await beginNotification(pool, { effectKey, kind, recipient: to, subject, webhookEventId })
  if (!isOpen) return null
  await mail.send(effectKey, { to, subject, ...layOut(composition, mail.sender.name), attachments })
  crashPoint('after_effect_call')
  await finishNotification(pool, effectKey)
  return null
}
