import * as list from './list.ts'
import type { Provider } from './provider.ts'

export { parseJson } from './json.ts'
export * from './list.ts'
export type { Provider, ProviderApiDoor, SignOptions, VerifyOptions, WebhookRequest } from './provider.ts'
export { secretMeaning } from './secret-meaning.ts'

/** Every provider whose webhooks are accepted. */
export const providers: readonly Provider[] = Object.values(list)

/** @throws when no provider has this name. */
export function providerOf(name: string): Provider {
  const provider = providers.find((one) => one.name === name)
  if (provider) return provider
  throw new Error(`No provider is called ${name}.`)
}
