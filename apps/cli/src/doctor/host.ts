import { countUndelivered, listEndpoints } from '@sluice/database/host'
import type { Pool } from '@sluice/database/pool'
import { type Finding, found, good } from './finding.ts'

/** As the alert on the same age. */
const AGE_SECONDS_MAX = 900

const CHECK = 'Messages to the host'

/** Whether the host application takes the messages that workers send to it. */
export async function checkHost(pool: Pool): Promise<Finding[]> {
  const endpoints = await listEndpoints(pool)
  const { count, ageSeconds } = await countUndelivered(pool)
  const waiting = `${count} not delivered, the oldest for ${Math.round(ageSeconds / 60)} min`
  if (endpoints.length === 0 && count === 0) return [good(CHECK, 'no worker has HOST_WEBHOOK_URL')]
  if (endpoints.length === 0)
    return [found(CHECK, `${waiting}, and no worker sends them. Is one with HOST_WEBHOOK_URL running?`)]
  const failing = endpoints.filter(({ failingSince }) => failingSince !== null)
  if (failing.length > 0)
    return failing.map(({ name, failingSince, error }) =>
      found(
        CHECK,
        `${name} takes none since ${failingSince?.toISOString()}: ${error}. ${waiting}. Is the application running there, and does it answer 2xx? sluice host test sends it a sample.`,
      ),
    )
  if (ageSeconds > AGE_SECONDS_MAX)
    return [found(CHECK, `${waiting}. The host refuses some: the log of the workers has their types.`)]
  return [good(CHECK, count === 0 ? 'all are delivered' : waiting)]
}
