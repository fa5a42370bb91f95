import { beginNotification, finishNotification, isNotified } from '@sluice/database/records'
import type { Skip } from '@sluice/events'
import { crashPoint } from '@sluice/runtime/crash-point'
import type { EffectMessage, EffectTools } from './effector.ts'

interface Notification {
  recipient: string
  subject: string
  /** The values of its text, and the languages of its reader, as JSON. */
  draft: object
  /** Names of the stored documents that go along. */
  attachments: string[]
  /** The log line once it is sent. */
  sentAs: string
}

/**
 * Sends a message and records it as a notification, once per effect key. After a crash between sending and recording,
 * it is sent again, an e-mail with the same Message-ID. After the time limit nothing is sent, because the retry will send it.
 */
export async function notifyOnce(
  { kind, effectKey, webhookEventId, eventId }: EffectMessage,
  { pool, logger, signal }: EffectTools,
  { sentAs, ...notification }: Notification,
  send: () => Promise<void>,
): Promise<null> {
  const isOpen = await beginNotification(pool, { effectKey, kind, ...notification, webhookEventId })
  if (!isOpen) return null
  signal.throwIfAborted()
  await send()
  crashPoint('after_effect_call')
  await finishNotification(pool, effectKey)
  logger.info(sentAs, { type: kind, effectKey, ...(eventId !== null && { eventId }), outcome: 'done' })
  return null
}

/** A message that was sent is done, whatever a rule says by the next attempt. */
export const unlessSent = async (
  { effectKey }: EffectMessage,
  { pool }: EffectTools,
  refused: Skip,
): Promise<Skip | null> => ((await isNotified(pool, effectKey)) ? null : refused)
