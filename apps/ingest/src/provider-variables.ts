import { type Provider, providers, secretMeaning } from '@sluice/providers'
import { EnvironmentError } from '@sluice/runtime/environment'
import { commaSeparated } from '@sluice/runtime/settings'
import { addressList } from './address-list.ts'

/** The environment variables that providers define, to be merged into the schema of the environment. */
export const providerVariables = Object.fromEntries(providers.flatMap(variablesOf))

function variablesOf(provider: Provider) {
  const { secretVariable, allowedAddressesVariable } = provider
  const secrets = [secretVariable, secretsOf(provider)] as const
  return allowedAddressesVariable ? [secrets, [allowedAddressesVariable, addressesOf(provider)] as const] : [secrets]
}

function secretsOf(provider: Provider) {
  const { secretPattern, trialSecretPattern = secretPattern } = provider
  return commaSeparated
    .refine((secrets) => secrets.every((secret) => trialSecretPattern.test(secret)), mustBeSecret(provider))
    .describe(secretMeaning(provider))
}

function mustBeSecret({ secretShape }: Provider): string {
  return `must be the signing secret that the provider shows (${secretShape}), several comma-separated`
}

/** The providers with a secret that they could not have made. */
export const withWeakSecrets = (secrets: Record<string, readonly string[]>): readonly Provider[] =>
  providers.filter(({ name, secretPattern }) => secrets[name]?.some((secret) => !secretPattern.test(secret)))

/** @throws EnvironmentError with a line for each provider with such a secret. */
export function refuseWeakSecrets(secrets: Record<string, readonly string[]>): void {
  const lines = withWeakSecrets(secrets).map((provider) => `${provider.secretVariable} ${mustBeSecret(provider)}`)
  if (lines.length > 0) throw new EnvironmentError(lines.join('\n'))
}

function addressesOf({ title }: Provider) {
  return commaSeparated
    .refine((entries) => addressList(entries) !== null, 'must be IP addresses or CIDR ranges, comma-separated')
    .describe(`Addresses or CIDR ranges that may post to the ${title} routes, comma-separated; others get 403`)
}

/** The values of one variable of each provider; empty for a provider without that variable. */
export function byProvider(env: object, variableOf: (provider: Provider) => string | null): Record<string, string[]> {
  const lists = env as Record<string, string[] | undefined>
  return Object.fromEntries(providers.map((provider) => [provider.name, lists[variableOf(provider) ?? ''] ?? []]))
}
