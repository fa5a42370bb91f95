import { type GenerationFile, type GenerationRow, loadGeneration } from '@sluice/database/records'
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

/** Files that a message lists of each sort. An output has up to 2,000, which are in the rows. */
const LISTED_MAX = 500

/** The files that are in the store, and those that are not, with the reason. `more` counts those that are left out. */
export function listed({ files, filesRefused }: Pick<GenerationRow, 'files' | 'filesRefused'>) {
  const isStored = ({ status }: GenerationFile) => status === 'stored'
  const stored = files.filter(isStored)
  const refused = files.filter((file) => !isStored(file))
  const more = [stored, refused].reduce((sum, { length }) => sum + Math.max(0, length - LISTED_MAX), 0)
  return {
    stored: stored.slice(0, LISTED_MAX).map(({ pointer, storageKey, contentType, bytes, sha256 }) => ({
      pointer,
      storageKey,
      contentType,
      bytes,
      sha256,
    })),
    refused: [
      ...refused.slice(0, LISTED_MAX).map(({ pointer, error }) => ({ pointer, reason: error ?? 'not_copied' })),
      ...(filesRefused > 0 ? [{ pointer: '', reason: 'too_many_files', count: filesRefused }] : []),
    ],
    ...(more > 0 && { more }),
  }
}
