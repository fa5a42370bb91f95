import { createReplicateApi, type ReplicateApi } from '@sluice/providers/replicate/api'
import { createStripeApi, type StripeApi } from '@sluice/providers/stripe/api'

const TIMEOUT_MS = 20_000

/** Whom a command may ask; null where there is no key. */
export interface Apis {
  stripe: StripeApi | null
  replicate: ReplicateApi | null
}

export function openApis(env: NodeJS.ProcessEnv = process.env): Apis {
  const { STRIPE_API_KEY: key, STRIPE_API_BASE, REPLICATE_API_TOKEN: token, REPLICATE_API_BASE } = env
  return {
    stripe: key ? createStripeApi({ key, base: STRIPE_API_BASE || undefined, timeoutMs: TIMEOUT_MS }) : null,
    replicate: token
      ? createReplicateApi({ token, base: REPLICATE_API_BASE || undefined, timeoutMs: TIMEOUT_MS })
      : null,
  }
}
