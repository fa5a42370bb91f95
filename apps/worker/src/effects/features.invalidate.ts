import { defineEffect, id } from './run/effector.ts'

/** The entitlements of a user changed: the host application's cache of them is deleted, so that it reads them anew. */
export const featuresInvalidate = defineEffect('features.invalidate', {
  payload: { userId: id },
  async run({ payload }, { redis }) {
    if (!redis) return 'no Redis: nothing is cached'
    await redis.del(`features:${payload.userId}`)
    return null
  },
})
