import type { Pool } from '@sluice/database/pool'
import {
  checkAssetStore,
  checkDatabaseClock,
  checkEndpoints,
  checkMail,
  checkMode,
  checkPostgresWrites,
  checkRedisSettings,
  checkRedisWrites,
  checkRows,
  checkWorkers,
  type Deployment,
  type Finding,
  readDeployment,
  tryTo,
} from '@sluice/doctor'
import type { QueueStore } from '@sluice/queue'
import type { Environment } from '../environment.ts'

/** Servers of others are asked no more often. */
const OUTWARD_EACH_MS = 600_000

/** @returns a function that runs the checks of `sluice doctor` for which a worker has the rights and settings. */
export function createExamination(env: Environment, pool: Pool, queue: QueueStore): () => Promise<Finding[]> {
  const deployment = readDeployment()
  let outward: { at: number; findings: Promise<Finding[]> } | undefined

  const outwardFindings = () => {
    if (outward === undefined || performance.now() - outward.at >= OUTWARD_EACH_MS)
      outward = { at: performance.now(), findings: checkOthers(deployment) }
    return outward.findings
  }

  return async () => [
    ...((await usesStripe(env, pool)) ? [checkMode(deployment)] : []),
    ...(await outwardFindings()),
    ...(await checkDatabase(pool, deployment)),
    ...(await checkQueue(queue, deployment)),
  ]
}

/** A worker has no signing secret: the events of Stripe show that it is used. False while Postgres does not answer. */
const usesStripe = async ({ STRIPE_API_KEY, LIVEMODE }: Environment, pool: Pool): Promise<boolean> =>
  STRIPE_API_KEY !== undefined ||
  LIVEMODE !== undefined ||
  pool.query(`SELECT FROM webhook_events WHERE provider = 'stripe' LIMIT 1`).then(
    ({ rowCount }) => rowCount === 1,
    () => false,
  )

const checkOthers = async (deployment: Deployment): Promise<Finding[]> => [
  ...(await checkEndpoints(deployment)),
  ...(await checkMail(deployment)),
  ...(await checkAssetStore(deployment)),
]

const checkDatabase = (pool: Pool, deployment: Deployment): Promise<Finding[]> =>
  tryTo('Postgres', 'The log of the workers says more.', async () => [
    await checkDatabaseClock(pool),
    await checkPostgresWrites('Postgres writes', pool),
    ...(await checkRows(pool, deployment)),
  ])

function checkQueue(queue: QueueStore, { production }: Deployment): Promise<Finding[]> {
  if (/^postgres/.test(queue.url)) return Promise.resolve([])
  return tryTo('Redis', 'The log of the workers says more.', async () => [
    ...(await checkRedisSettings(queue.url, production)),
    await checkRedisWrites(queue),
    await checkWorkers(queue),
  ])
}
