import {
  checkRedisSettings,
  checkRedisWrites,
  checkWorkers,
  type Deployment,
  type Finding,
  failed,
  tryTo,
} from '@sluice/doctor'
import { queueStoreOf, type Settings } from '../lib/settings.ts'
import { checkKeys } from './owner.ts'

const START = 'Is it running, and is REDIS_URL its address?'

/** Checks that the queue's store answers, evicts nothing and persists its data. */
export function checkRedis(settings: Settings, { production }: Pick<Deployment, 'production'>): Promise<Finding[]> {
  const { redisUrl: url } = settings
  if (!url) return Promise.resolve([failed('Redis', 'REDIS_URL is not set. Set it, or run npm start first.')])
  if (/^postgres/.test(url))
    return Promise.resolve([failed('Redis', 'The queue is in Postgres, which is for trials only.')])
  const store = queueStoreOf(settings)
  return tryTo('Redis', START, async () => {
    const findings = await checkRedisSettings(url, production)
    // Workers are checked only if these checks pass, because a worker may not start without them.
    const isUnfit = findings.some(({ verdict }) => verdict === 'failed')
    if (isUnfit) return findings
    const writes = await checkRedisWrites(store)
    if (writes.verdict !== 'good') return [...findings, writes]
    return [...findings, writes, await checkKeys(store, settings), await checkWorkers(store)]
  })
}
