import { loadGeneration } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { defineEffect, id } from './run/effector.ts'

/**
 * A generation ended, successfully or not: deletes the host's cache of its user and publishes a message. The message
 * may arrive twice or never, so the row is authoritative. The message carries its effect key, so that subscribers can
 * drop duplicates.
 */
export const generationCompleted = defineEffect('generation.completed', {
  payload: { jobId: id },
  async run({ effectKey, payload }, { pool, redis }) {
    const job = await loadGeneration(pool, payload.jobId)
    if (!job) return skip('obsolete', 'the job does not exist')
    if (!redis) return skip('no_redis', 'nobody subscribes')
    if (job.userId !== null) await redis.del(`features:${job.userId}`)
    await redis.publish(`generation:${job.id}`, JSON.stringify({ effectKey, status: job.status }))
    return null
  },
})
