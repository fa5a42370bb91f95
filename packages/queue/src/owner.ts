import { SluiceError } from '@sluice/events'
import type { Queue } from 'bullmq'
import { isForbidden } from './allow-no-info.ts'
import { inTime } from './in-time.ts'
import { OWNER } from './names.ts'
import type { Producer } from './producer.ts'
import type { RedisClient } from './redis-client.ts'

/** Which deployment a process belongs to, by its database. */
export interface Deployment {
  /** Made once in each database, and copied with it. */
  id: string
  /** Name and server of the database. A copy has another place. */
  place: string
}

/** The keys with this prefix belong to another deployment, so this one must not use them. */
export class ForeignKeysError extends SluiceError {
  override readonly name = 'ForeignKeysError'

  constructor({ what, otherwise, note }: Keys, own: Deployment, owner: Deployment) {
    const isCopy = own.id === owner.id
    const other = isCopy
      ? `are in use by a copy of this database, ${owner.place}; this one is ${own.place}`
      : `belong to another deployment, of database ${owner.place} (${owner.id}); this one is ${own.place} (${own.id})`
    const remedy = isCopy ? 'stop the other one and wait a minute' : `delete ${note} if it is gone`
    super('foreign_keys', `${what} ${other}. ${otherwise}, or ${remedy}.`)
  }
}

/** For the operator: what is owned, how a deployment gets its own, and where the owner is noted. */
interface Keys {
  what: string
  otherwise: string
  note: string
}

const keysOf = (prefix: string): Keys => ({
  what: `The keys ${prefix}:… of this Redis`,
  otherwise: 'Set QUEUE_PREFIX to another name',
  note: `the key ${ownerKey(prefix)}`,
})

/** This backend has no prefix: its tables are always in one schema. */
const OF_POSTGRES: Keys = {
  what: 'The queues in the Postgres of REDIS_URL',
  otherwise: 'Set REDIS_URL to another database, or to a Redis',
  note: `the job of the queue ${OWNER}`,
}

/** A copy of the database may take the keys over when no process of the original has been seen for so long. */
const SEEN_FOR_MS = 60_000

const ownerKey = (prefix: string) => `${prefix}:owner`
/** Expires when no process of the owner runs. */
const seenKey = (prefix: string) => `${prefix}:owner-seen`

/**
 * Claims keys that belong to nobody, and renews a claim. The owner never expires, because jobs may hold events that are
 * nowhere else. Its place does, so that a database that has moved goes on, while its copy beside it does not.
 */
const CLAIM = `
  local owner = redis.call('GET', KEYS[1])
  local place = redis.call('GET', KEYS[2])
  if owner and cjson.decode(owner).id ~= ARGV[1] then return owner end
  if place and place ~= ARGV[2] then return cjson.encode({ id = ARGV[1], place = place }) end
  local own = cjson.encode({ id = ARGV[1], place = ARGV[2] })
  if owner ~= own then redis.call('SET', KEYS[1], own) end
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
  return false`

export type OwnedQueue = Pick<Producer, 'prefixes' | 'redis' | 'ownerQueue'>

/**
 * Claims the keys of the queue for a deployment, unless they are another one's. Each process repeats it, so that the claim
 * is there again after Redis was emptied. Does nothing where the user of Redis may not do so.
 *
 * @throws ForeignKeysError if they are another one's; any other error if the store does not answer
 */
export async function claimKeys({ redis, ownerQueue, prefixes: [prefix = ''] }: OwnedQueue, own: Deployment) {
  if (ownerQueue) return claimJobs(ownerQueue, own)
  if (!redis) return
  const owner = await inTime(evaluate(redis, prefix, own)).catch(nullIfForbidden)
  if (owner !== null) throw new ForeignKeysError(keysOf(prefix), own, JSON.parse(owner))
}

const evaluate = (redis: RedisClient, prefix: string, { id, place }: Deployment) =>
  redis.eval(CLAIM, 2, ownerKey(prefix), seenKey(prefix), id, place, SEEN_FOR_MS) as Promise<string | null>

/**
 * Reads whose keys they are, without a claim.
 *
 * @throws as `claimKeys`
 */
export async function checkOwner({ redis, ownerQueue, prefixes: [prefix = ''] }: OwnedQueue, own: Deployment) {
  if (ownerQueue) return refuseForeign(await readOwner(ownerQueue), own)
  if (!redis) return
  const owner = await inTime(redis.get(ownerKey(prefix))).catch(nullIfForbidden)
  if (owner === null) return
  const seen = await inTime(redis.get(seenKey(prefix))).catch(nullIfForbidden)
  const { id, place }: Deployment = JSON.parse(owner)
  if (id !== own.id) throw new ForeignKeysError(keysOf(prefix), own, { id, place })
  if (seen !== null && seen !== own.place) throw new ForeignKeysError(keysOf(prefix), own, { id, place: seen })
}

/** Users of Redis that were made for an earlier version have no right to these keys. */
function nullIfForbidden(error: Error): null {
  if (isForbidden(error)) return null
  throw error
}

/** The only job of the queue `owner`, on the Postgres backend. */
interface Owner extends Deployment {
  /** When a process of the owner ran last, in milliseconds. */
  seenAt: number
}

const readOwner = async (queue: Queue): Promise<Owner | undefined> => (await inTime(queue.getJob(OWNER)))?.data

/** The queue ignores a job of the same id, so that one of two deployments that claim at the same time finds the other one. */
async function claimJobs(queue: Queue, own: Deployment): Promise<void> {
  const claim: Owner = { ...own, seenAt: Date.now() }
  await inTime(queue.add(OWNER, claim, { jobId: OWNER }))
  const job = await inTime(queue.getJob(OWNER))
  refuseForeign(job?.data, own)
  await inTime(job?.updateData(claim) ?? Promise.resolve())
}

function refuseForeign(owner: Owner | undefined, own: Deployment): void {
  if (owner === undefined) return
  const isSeen = Date.now() - owner.seenAt < SEEN_FOR_MS
  if (owner.id !== own.id || (isSeen && owner.place !== own.place)) throw new ForeignKeysError(OF_POSTGRES, own, owner)
}
