import { handledTypesOf } from '@sluice/handlers'
import { providerOf, providers } from '@sluice/providers'
import type { Delivery } from './delivery.ts'

/**
 * A sample event of the present. Each id has its own customer and objects.
 *
 * @param apiVersion of Stripe, whose shape the objects have; default: the newest
 */
export const sampleEvent = async (
  provider: string,
  type: string,
  id: string,
  apiVersion?: string,
): Promise<Delivery> => ({
  provider,
  id,
  body: await providerOf(provider).sample(type, id, new Date(), apiVersion),
})

/** The types of each provider that have a handler. */
export const sampleTypes = (): { provider: string; first: string; types: string[] }[] =>
  providers.map(({ name, sampleType }) => ({
    provider: name,
    first: sampleType,
    types: [...handledTypesOf(name)].sort(),
  }))
