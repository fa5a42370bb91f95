import type { Effector } from './effector.ts'

/** What the host has cached of a user's entitlements is out of date: the host computes it anew when it next asks. */
export const invalidateFeatures: Effector = async ({ payload }, { redis }) => {
  if (!redis) return 'no Redis: nothing is cached'
  await redis.del(`features:${payload['userId']}`)
  return null
}
