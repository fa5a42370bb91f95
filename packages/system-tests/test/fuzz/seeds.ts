import { readdirSync, readFileSync } from 'node:fs'
import { handledTypesOf } from '@sluice/handlers'
import { providers } from '@sluice/providers'
import { API_VERSIONS, type ApiVersion, LIFECYCLES, RARE_LIFECYCLES, subscriptionLifecycle } from '@sluice/simulator'
import { refusedStripePayloads, replicatePayloads, stripePayloads, thinPayloads } from '@sluice/testing/payloads'

/** A body, and the provider that would send it. */
export interface Input {
  provider: string
  body: string
}

const FOUND = new URL('found/', import.meta.url)

/** Inputs that once broke a law, each in a file `<provider>-<what>.json`. */
export const foundInputs = (): (Input & { name: string })[] =>
  readdirSync(FOUND)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      name,
      provider: name.split('-')[0] ?? '',
      body: readFileSync(new URL(name, FOUND), 'utf8'),
    }))

/**
 * Every kind of body that providers send: samples, documented payloads, and one event of each type and API version from
 * lifecycles.
 */
export async function seedInputs(): Promise<Input[]> {
  const documented = [...stripePayloads(), ...thinPayloads(), ...refusedStripePayloads()]
  const lifecycles = [...Object.values(LIFECYCLES).map(({ steps }) => steps), ...RARE_LIFECYCLES]
  const ofVersion = (version: ApiVersion) =>
    lifecycles.flatMap((steps, index) =>
      subscriptionLifecycle({ seed: `fuzz ${index}`, steps, userId: 'user_1', email: 'ada@example.com', version }),
    )
  const sent = API_VERSIONS.flatMap((version) => [
    ...new Map(ofVersion(version).map((event) => [event.type, event])).values(),
  ])
  return [
    ...(await samples()),
    ...documented.map(({ body }) => ({ provider: 'stripe', body: String(body) })),
    ...replicatePayloads().map(({ body }) => ({ provider: 'replicate', body: String(body) })),
    ...sent.map(({ body }) => ({ provider: 'stripe', body })),
  ]
}

async function samples(): Promise<Input[]> {
  const ofTypes = providers.flatMap((provider) =>
    handledTypesOf(provider.name).map(async (type) => ({
      provider: provider.name,
      body: await provider.sample(type, `${provider.eventId.prefix}fuzz`),
    })),
  )
  const settled = await Promise.allSettled(ofTypes) // some types have no sample
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}
