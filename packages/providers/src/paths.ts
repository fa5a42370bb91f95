/** The paths that every provider has, and those of its own. */
export const webhookPaths = (name: string, ...others: string[]): readonly [string, ...string[]] => [
  `/webhooks/${name}`,
  `/api/v1/webhooks/${name}`,
  ...others,
]
