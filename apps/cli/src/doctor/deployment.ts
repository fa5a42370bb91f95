/** What the processes are told, as it stands in the environment: an empty variable counts as unset. */
export interface Deployment {
  production: boolean
  livemode: string | undefined
  trustProxy: string | undefined
  stripeApiKey: string | undefined
  stripeApiBase: string | undefined
  /** Patterns of `STRIPE_EVENT_TYPES`; empty = all. */
  eventTypes: string[]
  /** `STRIPE_ACCOUNTS`. */
  stripeAccounts: string | undefined
  smtpUrl: string | undefined
  assetStore: string | undefined
  s3Endpoint: string | undefined
  awsRegion: string | undefined
}

export const readDeployment = (env: NodeJS.ProcessEnv = process.env): Deployment => ({
  production: env['NODE_ENV'] === 'production',
  livemode: env['LIVEMODE'] || undefined,
  trustProxy: env['TRUST_PROXY'] || undefined,
  stripeApiKey: env['STRIPE_API_KEY'] || undefined,
  stripeApiBase: env['STRIPE_API_BASE'] || undefined,
  eventTypes: (env['STRIPE_EVENT_TYPES'] ?? '').split(',').flatMap((type) => type.trim() || []),
  stripeAccounts: env['STRIPE_ACCOUNTS'] || undefined,
  smtpUrl: env['SMTP_URL'] || undefined,
  assetStore: env['ASSET_STORE'] || undefined,
  s3Endpoint: env['S3_ENDPOINT'] || undefined,
  awsRegion: env['AWS_REGION'] || undefined,
})
