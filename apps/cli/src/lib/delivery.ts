import { providerOf } from '@sluice/providers'
import { type Answer, type Delivery, post, signedHeaders } from '@sluice/sending'
import { notSet, type Settings, secretKey } from './settings.ts'

const DEFAULT_INGEST = 'http://localhost:3000'

/** The base address of ingest. */
export const ingestUrl = (settings: Settings, to?: string): string =>
  (to ?? settings.ingestUrl ?? DEFAULT_INGEST).replace(/\/+$/, '')

/** Signs and posts a webhook as its provider would. @throws when ingest does not answer. */
export async function deliver(delivery: Delivery, to: string, settings: Settings): Promise<Answer> {
  return post(delivery, to, headersOf(delivery, settings))
}

/** The first secret. During a rotation there are several, and ingest accepts each. */
export const secretOf = (name: string, settings: Settings): string | undefined =>
  settings[secretKey(providerOf(name))]?.split(',')[0]?.trim() || undefined

/** As the provider signs it. @throws when there is no secret to sign with. */
export function headersOf(delivery: Delivery, settings: Settings): Record<string, string> {
  const headers = signedHeaders(delivery, secretOf(delivery.provider, settings))
  if (headers === null) throw notSet(providerOf(delivery.provider).secretVariable, settings)
  return headers
}
