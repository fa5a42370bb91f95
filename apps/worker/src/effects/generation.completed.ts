import { type GenerationRow, loadGeneration } from '@sluice/database/records'
import { skip } from '@sluice/events'
import { UnreachableError } from '../outbound/unreachable.ts'
import { defineEffect, id } from './run/effector.ts'

/**
 * A generation ended, successfully or not, and each of its files is stored, or will never be: deletes the host's cache
 * of its user and publishes a message. The message may arrive twice or never, so the rows are authoritative. The message
 * carries its effect key, so that subscribers can drop duplicates.
 */
export const generationCompleted = defineEffect('generation.completed', {
  payload: { jobId: id },
  lane: 'quick',
  async run({ effectKey, payload }, { pool, redis }) {
    const job = await loadGeneration(pool, payload.jobId)
    if (!job) return skip('obsolete', 'the job does not exist')
    if (!redis) return skip('no_redis')
    if (job.isCopying) throw new UnreachableError('files_are_copied', { cause: 'not_ready' })
    if (job.userId !== null) await redis.del(`features:${job.userId}`)
    const message = { effectKey, status: job.status, ...listed(job) }
    await redis.publish(`generation:${job.id}`, JSON.stringify(message))
    return null
  },
})

/** The files that are in the store, and those that are not, with the reason. */
const listed = ({ files, filesRefused }: GenerationRow) => ({
  stored: files
    .filter(({ status }) => status === 'stored')
    .map(({ pointer, storageKey, contentType, bytes, sha256 }) => ({
      pointer,
      storageKey,
      contentType,
      bytes,
      sha256,
    })),
  refused: [
    ...files
      .filter(({ status }) => status !== 'stored')
      .map(({ pointer, error }) => ({ pointer, reason: error ?? 'not_copied' })),
    ...(filesRefused > 0 ? [{ pointer: '', reason: 'too_many_files', count: filesRefused }] : []),
  ],
})
