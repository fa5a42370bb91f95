import { providerOf } from '@sluice/providers'
import type { Delivery } from './delivery.ts'

/** A sample event. Each id has its own customer and objects, and always gives the same bytes. */
export const sampleEvent = async (provider: string, type: string, id: string): Promise<Delivery> => ({
  provider,
  id,
  body: await providerOf(provider).sample(type, id),
})
