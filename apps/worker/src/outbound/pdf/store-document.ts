import { recordDocument } from '@sluice/database/records'
import { crashPoint } from '@sluice/runtime/crash-point'
import type { EffectMessage, EffectTools } from '../../effects/run/effector.ts'
import type { Attachment } from '../mail/transport.ts'

export interface PaperDocument {
  kind: 'receipt' | 'invoice'
  paymentId: string
  number: string
  pdf: Buffer
}

/** Stores a document and records it, once per payment. Returns it as an attachment. */
export async function storeDocument(
  { webhookEventId }: EffectMessage,
  { store, pool }: EffectTools,
  { kind, paymentId, number, pdf }: PaperDocument,
): Promise<Attachment> {
  const contentType = 'application/pdf'
  const storageKey = `${kind}s/${paymentId}.pdf`
  await store.put(storageKey, pdf, { contentType })
  crashPoint('after_effect_call')
  await recordDocument(pool, { kind, number, paymentId, storageKey, webhookEventId })
  return { filename: `${kind}-${number.replace(/[^\w.-]+/g, '-')}.pdf`, content: pdf, contentType }
}
