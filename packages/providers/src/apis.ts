import { z } from 'zod'
import { providers } from './index.ts'
import type { Provider } from './provider.ts'
import type { ApiSettings, ProviderApi } from './provider-api.ts'

export type { ApiSettings, EndpointQuestion, EndpointState, ProviderApi } from './provider-api.ts'

export interface OpenApi {
  provider: Provider
  api: ProviderApi
}

/** The environment variables of all provider APIs, to be merged into the schema of an environment. */
export const apiVariables = Object.fromEntries(
  providers.flatMap(({ title, api }) => {
    if (!api) return []
    const key = z.string().regex(api.keyPattern, `must be ${api.keyShape}`).optional()
    const base = z.url({ protocol: /^https?$/, error: 'must be an address, https://…' }).optional()
    return [
      [api.keyVariable, key.describe(api.keyDescription)],
      [
        api.baseVariable,
        base.meta({ default: `${title}'s`, description: `Address of the ${title} API, for a local stand-in` }),
      ],
    ]
  }),
)

/** Opens the APIs whose key is set in `env`. An empty variable counts as unset. */
export async function openApis(env: object, timeoutMs: number): Promise<OpenApi[]> {
  const opened = providers.map(async (provider) => {
    const settings = apiSettings(provider, env, timeoutMs)
    return settings && provider.api ? [{ provider, api: await provider.api.open(settings) }] : []
  })
  return (await Promise.all(opened)).flat()
}

/** Null if the key is not set. */
export function apiSettings({ api }: Provider, env: object, timeoutMs: number): ApiSettings | null {
  if (!api) return null
  const { [api.keyVariable]: key, [api.baseVariable]: base } = env as Record<string, string | undefined>
  return key ? { key, base: base || undefined, timeoutMs } : null
}
