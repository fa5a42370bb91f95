import { providerOf } from '@sluice/providers'
import type { Delivery } from './delivery.ts'

/** An event of this type with customers and objects of its own. The same id always gives the same bytes. */
export const sampleEvent = async (provider: string, type: string, id: string): Promise<Delivery> => ({
  provider,
  id,
  body: await providerOf(provider).sample(type, id),
})
