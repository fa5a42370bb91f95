import { countUndelivered, listEndpoints } from '@sluice/database/host'
import type { Pool } from '@sluice/database/pool'
import { explainAnswer } from '@sluice/host-webhook'
import { type Finding, found, good } from './finding.ts'

/** As the alert on the same age. */
const AGE_SECONDS_MAX = 900

const CHECK = 'Messages to the host'

/** Whether the host application takes the messages that workers send to it. */
export async function checkHost(pool: Pool): Promise<Finding[]> {
  const endpoints = await listEndpoints(pool)
  const { count, ageSeconds, error: refusal } = await countUndelivered(pool)
  const waiting = `${count} not delivered, the oldest for ${Math.round(ageSeconds / 60)} min`
  if (endpoints.length === 0 && count === 0) return [good(CHECK, 'no worker has HOST_WEBHOOK_URL')]
  if (endpoints.length === 0)
    return [found(CHECK, `${waiting}, and no worker sends them. Is one with HOST_WEBHOOK_URL running?`)]
  const failing = endpoints.filter(({ failingSince }) => failingSince !== null)
  if (failing.length > 0)
    return failing.map(({ name, failingSince, error }) =>
      found(
        CHECK,
        `${name} takes none since ${failingSince?.toISOString()}: ${explain(error)}. ${waiting}. sluice host test sends it a sample.`,
      ),
    )
  if (ageSeconds > AGE_SECONDS_MAX) {
    const why = refusal ? `The host refuses some: ${explain(refusal)}.` : 'None was refused: are the effects paused?'
    return [found(CHECK, `${waiting}. ${why}`)]
  }
  return [good(CHECK, count === 0 ? 'all are delivered' : waiting)]
}

/** @param error a code, and what else was recorded with it */
const explain = (error: string | null): string => `${error}: ${explainAnswer(error?.split(':')[0] ?? '')}`
