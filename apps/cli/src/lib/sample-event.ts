import { providerOf } from '@sluice/providers'
import type { Delivery } from './delivery.ts'

/** A sample event of the present. Each id has its own customer and objects. */
export const sampleEvent = async (provider: string, type: string, id: string): Promise<Delivery> => ({
  provider,
  id,
  body: await providerOf(provider).sample(type, id, new Date()),
})
