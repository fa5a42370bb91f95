import { providers } from '@sluice/providers'

const API_VARIABLES = providers.flatMap(({ api }) => (api ? [api.keyVariable, api.baseVariable] : []))

/** The settings of the processes, from the environment. An empty variable counts as unset. */
export interface Deployment {
  production: boolean
  livemode: string | undefined
  trustProxy: string | undefined
  stripeApiKey: string | undefined
  /** The variables of provider APIs that are set. */
  apiVariables: NodeJS.ProcessEnv
  /** Patterns of `STRIPE_EVENT_TYPES`; empty: all. */
  eventTypes: string[]
  /** `STRIPE_ACCOUNTS`. */
  stripeAccounts: string | undefined
  smtpUrl: string | undefined
  /** `EMAILS`. */
  emails: string | undefined
  assetStore: string | undefined
  s3Endpoint: string | undefined
  awsRegion: string | undefined
}

export const readDeployment = (env: NodeJS.ProcessEnv = process.env): Deployment => ({
  production: env['NODE_ENV'] === 'production',
  livemode: env['LIVEMODE'] || undefined,
  trustProxy: env['TRUST_PROXY'] || undefined,
  stripeApiKey: env['STRIPE_API_KEY'] || undefined,
  apiVariables: Object.fromEntries(API_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  eventTypes: (env['STRIPE_EVENT_TYPES'] ?? '').split(',').flatMap((type) => type.trim() || []),
  stripeAccounts: env['STRIPE_ACCOUNTS'] || undefined,
  smtpUrl: env['SMTP_URL'] || undefined,
  emails: env['EMAILS'] || undefined,
  assetStore: env['ASSET_STORE'] || undefined,
  s3Endpoint: env['S3_ENDPOINT'] || undefined,
  awsRegion: env['AWS_REGION'] || undefined,
})
