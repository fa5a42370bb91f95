import { recordDocument } from '@sluice/database/records'
import { crashPoint } from '@sluice/runtime/crash-point'
import type { EffectMessage, EffectTools } from '../../effects/run/effector.ts'
import type { Attachment } from '../mail/transport.ts'
import type { PaperDocument } from './paper-document.ts'

/** Letters of a number in the name of a file. */
const NAME_MAX = 100

/** Stores a document and records it, once per payment or credit note. Returns it as an attachment. */
export async function storeDocument(
  { webhookEventId }: EffectMessage,
  { store, pool, logger }: EffectTools,
  { kind, paymentId, number, pdf, fallback }: PaperDocument,
): Promise<Attachment> {
  if (fallback) logger.warn('PDF of Stripe not used', { type: kind, reason: fallback })
  const contentType = 'application/pdf'
  const storageKey = `${kind}s/${paymentId}.pdf`
  await store.put(storageKey, pdf, { contentType })
  crashPoint('after_effect_call')
  await recordDocument(pool, { kind, number, paymentId, storageKey, webhookEventId })
  return {
    filename: `${kind.replace('_', '-')}-${number.slice(0, NAME_MAX).replace(/[^\w.-]+/g, '-')}.pdf`,
    content: pdf,
    contentType,
  }
}
