import { recordDocument, replaceDocument } from '@sluice/database/records'
import { replayOf } from '@sluice/events'
import { crashPoint } from '@sluice/runtime/crash-point'
import { documentFileOf } from '@sluice/stored-files'
import type { EffectMessage, EffectTools } from '../../effects/run/effector.ts'
import type { Attachment } from '../mail/transport.ts'
import type { PaperDocument } from './paper-document.ts'

/** Letters of a number in the name of a file. */
const NAME_MAX = 100

/**
 * Stores a document and records it, once per payment or credit note. Returns it as an attachment. A stored file never
 * changes, so a document that is asked for again has a name of its own, and takes the place of the former one.
 */
export async function storeDocument(
  { effectKey, webhookEventId }: EffectMessage,
  { store, storedFiles, pool, logger }: EffectTools,
  { kind, paymentId, number, pdf, fallback }: PaperDocument,
): Promise<Attachment> {
  if (fallback) logger.warn('PDF of Stripe not used', { type: kind, reason: fallback })
  const contentType = 'application/pdf'
  const replay = replayOf(effectKey)
  const storageKey = documentFileOf(kind, paymentId, replay)
  await store.put(storageKey, pdf, { contentType })
  crashPoint('after_effect_call')
  const document = { kind, number, paymentId, storageKey, webhookEventId }
  const isKept = await (replay === undefined ? recordDocument(pool, document) : replaceDocument(pool, document))
  if (!isKept) await storedFiles.remove(storageKey)
  return {
    filename: `${kind.replace('_', '-')}-${number.slice(0, NAME_MAX).replace(/[^\w.-]+/g, '-')}.pdf`,
    content: pdf,
    contentType,
    storageKey,
  }
}
