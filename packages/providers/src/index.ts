import type { Provider } from './provider.ts'
import { replicate } from './replicate/index.ts'
import { stripe } from './stripe/index.ts'

export { parseJson } from './json.ts'
export type { Provider, SignOptions, VerifyOptions, WebhookRequest } from './provider.ts'

/** Everybody whose webhooks Sluice takes. */
export const providers: readonly Provider[] = [stripe, replicate]

export { replicate, stripe }
