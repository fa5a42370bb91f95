/** The standard paths of a provider, and its additional ones. */
export const webhookPaths = (name: string, ...others: string[]): readonly [string, ...string[]] => [
  `/webhooks/${name}`,
  `/api/v1/webhooks/${name}`,
  ...others,
]
