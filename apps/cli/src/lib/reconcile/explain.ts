import type { OpenApi } from '@sluice/providers/apis'

/** Explains an error of a provider's API and what to do about it. @throws any other error unchanged. */
export function explained(apis: OpenApi[], name: string, error: unknown): string {
  const sentence = apis.find(({ provider }) => provider.name === name)?.api.explain(error)
  if (sentence === undefined) throw error
  return sentence
}

export const refusedAccount = (account: string): string => `${account} denies API access and is left out.`

export const NO_ENDPOINTS = `STRIPE_API_KEY may not read webhook endpoints: events from before the first webhook that came here count as the past.`
