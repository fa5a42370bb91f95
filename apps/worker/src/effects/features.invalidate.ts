import { skip } from '@sluice/events'
import { defineEffect, id } from './run/effector.ts'

/** A user's entitlements changed: deletes the host's cache of them, so that the host reads them again. */
export const featuresInvalidate = defineEffect('features.invalidate', {
  payload: { userId: id },
  lane: 'quick',
  async run({ payload }, { redis }) {
    if (!redis) return skip('no_redis', 'nothing is cached')
    await redis.del(`features:${payload.userId}`)
    return null
  },
})
