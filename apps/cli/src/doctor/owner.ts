import { connect, readDeployment } from '@sluice/database/pool'
import { type Finding, failed, good, skipped } from '@sluice/doctor'
import { checkOwner, ForeignKeysError, openQueues, type QueueStore } from '@sluice/queue'
import { placementOf, type Settings } from '../lib/settings.ts'

const CHECK = 'Redis keys'

/** Checks that the keys of the queue belong to the deployment of this database. Redis must be available. */
export async function checkKeys(store: QueueStore, settings: Settings): Promise<Finding> {
  const { databaseUrl } = settings
  if (!databaseUrl) return skipped(CHECK, 'not checked: needs DATABASE_URL')
  const limits = { max: 1, applicationName: 'sluice-cli', deadlineMs: 3_000 }
  const pool = connect(databaseUrl, { ...limits, placement: placementOf(settings) })
  const queue = await openQueues(store)
  try {
    await checkOwner(queue, await readDeployment(pool))
    return good(CHECK, `${store.prefix}:…, of this database`)
  } catch (error) {
    if (error instanceof ForeignKeysError) return failed(CHECK, error.message)
    return skipped(CHECK, 'not checked: needs Postgres, and all migrations') // other checks say what is wrong
  } finally {
    await queue.close()
    await pool.end()
  }
}
