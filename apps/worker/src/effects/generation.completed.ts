import { loadGeneration } from '@sluice/database/records'
import type { Effector } from './effector.ts'
import { given } from './payload.ts'

/**
 * A generation is over, well or not: the host's cache of the user is out of date, and whoever listens is told. The row
 * is the truth; the message is a hint that may come twice or never, and its key lets the host settle it once.
 */
export const tellGenerationCompleted: Effector = async (message, { pool, redis }) => {
  const job = await loadGeneration(pool, given(message, 'jobId'))
  if (!job) return 'obsolete: there is no such job'
  if (!redis) return 'no Redis: nobody listens'
  if (job.userId !== null) await redis.del(`features:${job.userId}`)
  await redis.publish(`generation:${job.id}`, JSON.stringify({ effectKey: message.effectKey, status: job.status }))
  return null
}
