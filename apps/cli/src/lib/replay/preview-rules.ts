import { originRules, type PreviewRules } from '@sluice/database/replay'
import { decide } from '@sluice/handlers'
import { outOfScope, within } from '@sluice/providers/stripe/api'
import { readEnv } from '@sluice/runtime/environment'
import { commaSeparated, flag, nodeEnv } from '@sluice/runtime/settings'
import { z } from 'zod'

const shape = {
  NODE_ENV: nodeEnv,
  LIVEMODE: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((value) => value === 'true')
    .optional(),
  STRIPE_ACCOUNTS: commaSeparated,
  STRIPE_EVENT_TYPES: commaSeparated,
  PAST_DUE_IS_ACTIVE: flag(true),
  PREMIUM_PRICES: commaSeparated,
  ASSET_HOSTS: commaSeparated,
}

/**
 * The rules that a worker of this version would apply with this environment. @throws EnvironmentError with a line per
 * invalid variable.
 */
export function readPreviewRules(source: NodeJS.ProcessEnv = process.env): PreviewRules {
  const env = readEnv(shape, source)
  const scope = { livemode: env.LIVEMODE, accounts: env.STRIPE_ACCOUNTS, eventTypes: env.STRIPE_EVENT_TYPES }
  const settings = env.ASSET_HOSTS.length > 0 ? { assetHosts: env.ASSET_HOSTS } : {}
  return {
    decide: within(outOfScope(scope), (event) => decide(event, settings)),
    pastDueIsActive: env.PAST_DUE_IS_ACTIVE,
    premiumPrices: env.PREMIUM_PRICES.length > 0 ? new Set(env.PREMIUM_PRICES) : undefined,
    ...originRules({ ...scope, production: env.NODE_ENV === 'production' }),
  }
}
