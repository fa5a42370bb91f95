import { handledTypesOf } from '@sluice/handlers'
import { type Provider, providers } from '@sluice/providers'
import { apiSettings } from '@sluice/providers/apis'
import type { Deployment } from './deployment.ts'
import { type Finding, skipped, tryTo } from './finding.ts'

const DEADLINE_MS = 10_000

/** Checks the webhook endpoint at each provider whose API lists endpoints. */
export async function checkEndpoints(deployment: Deployment): Promise<Finding[]> {
  return (await Promise.all(providers.map((provider) => checkEndpoint(provider, deployment)))).flat()
}

async function checkEndpoint(provider: Provider, { apiVariables, eventTypes }: Deployment): Promise<Finding[]> {
  const { api, name, title } = provider
  if (!api?.checkEndpoint) return []
  const check = `${title} endpoint`
  const settings = apiSettings(provider, apiVariables, DEADLINE_MS)
  if (!settings) return [skipped(check, `not checked: needs ${api.keyVariable}`)]
  const allow = `Is ${api.keyVariable} right, and may it read webhook endpoints?`
  return tryTo(check, allow, async () => {
    const state = await api.checkEndpoint?.(settings, { handledTypes: handledTypesOf(name), eventTypes })
    return state ? [{ check, ...state }] : []
  })
}
