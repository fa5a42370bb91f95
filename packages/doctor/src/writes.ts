import type { Pool } from '@sluice/database/pool'
import { createWriteCheck } from '@sluice/database/write-probe'
import { createProducer, type Producer, type QueueStore } from '@sluice/queue'
import { reasonOf } from '@sluice/runtime/logger'
import { type Finding, failed, good } from './finding.ts'

/** How to end a refusal, by SQLSTATE or by the first word of Redis' error. */
const ADVICE: Record<string, string> = {
  '25006': 'it is read-only, or a standby: use the address of the primary.',
  '42501': 'a grant is missing: run sluice migrate.',
  '53100': 'its disk is full: make room.',
  '55P03': 'another session has locked webhook_events: end it.',
  OOM: 'it is full: work off the backlog, or raise maxmemory.',
  MISCONF: 'it cannot write its files: make room on its disk, and set save to "".',
  READONLY: 'it is a replica: use the address of the primary.',
  NOPERM: 'its user may not write: extend its ACL.',
  NOREPLICAS: 'too few replicas are connected: start them, or lower min-replicas-to-write.',
}

/** Whether the inbox takes rows. Leaves none. */
export async function checkPostgresWrites(check: string, pool: Pool): Promise<Finding> {
  return judge(check, await createWriteCheck(pool)().then(() => null, reasonOf))
}

const CONNECT_MS = 3_000

/** Tries that may meet a connection which is still closed after a refusal. */
const AGAIN_MAX = 3

/** Whether every shard of the queue takes writes. Leaves a key that expires in seconds. */
export async function checkRedisWrites(store: QueueStore): Promise<Finding> {
  const producer = createProducer(store)
  try {
    let reason = await reasonOfProbe(producer)
    for (let again = 0; again < AGAIN_MAX && reason !== null && !ADVICE[reason]; again += 1)
      reason = await reasonOfProbe(producer)
    return judge('Redis writes', reason)
  } finally {
    await producer.close()
  }
}

/** The client connects again after a refusal, so the first reason may be that it is not connected. */
async function reasonOfProbe(producer: Producer): Promise<string | null> {
  if (producer.redis && producer.redis.status !== 'ready') await connected(producer.redis)
  return producer.probe().then(() => null, reasonOf)
}

/** Returns also when it is not connected in time: the probe then says why. */
async function connected(redis: NonNullable<Producer['redis']>): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CONNECT_MS)
    redis.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function judge(check: string, reason: string | null): Finding {
  if (reason === null) return good(check, 'taken')
  return failed(check, `Refused with ${reason}: ${ADVICE[reason] ?? 'the log of the server says why.'}`)
}
