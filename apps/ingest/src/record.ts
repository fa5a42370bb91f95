import { type Appended, RowRefusedError } from '@sluice/database/append'
import { RefusalError, type VerifiedEvent } from '@sluice/events'
import type { EventJob } from '@sluice/queue'
import { crashPoint } from '@sluice/runtime/crash-point'
import { withDeadline } from '@sluice/runtime/deadline'
import { reasonOf, throttledLogger } from '@sluice/runtime/logger'
import { inSpan } from '@sluice/runtime/tracing'
import { createCircuit } from './circuit.ts'
import type { Ingest } from './ingest.ts'

/** Together with the queue's own deadline it leaves every sender an answer within two seconds, whatever is down. */
const STORE_DEADLINE_MS = 850

export interface Recorded {
  /** Recorded before. False also when the inbox could not be asked. */
  duplicate: boolean
}

/**
 * Makes the function that puts verified events where they cannot be lost: into the inbox and, by id, on the queue. During
 * an outage of Postgres the whole event goes on the queue; during one of Redis the sweeper finds the row.
 *
 * The function throws a RefusalError: `unavailable` when neither store took the event, `invalid_payload` when Postgres
 * would refuse its row at any time.
 */
export function createRecorder({ inbox, producer, logger }: Pick<Ingest, 'inbox' | 'producer' | 'logger'>) {
  const inboxCircuit = createCircuit()
  const queueCircuit = createCircuit()
  const throttledLog = throttledLogger(logger)

  async function record(event: VerifiedEvent): Promise<Recorded> {
    const inboxFirst = inboxCircuit.worthTrying()
    const appended = inboxFirst ? await append(event) : null
    if (appended) return enqueueIds(event, appended)
    const { provider, eventId, type } = event
    if (await enqueue({ provider, eventId, type, event })) return { duplicate: false }
    const appendedLate = inboxFirst ? null : await append(event)
    if (appendedLate) return { duplicate: appendedLate.duplicate }
    throw new RefusalError('unavailable', 'no_store')
  }

  /** A duplicate has its job already, or the sweeper finds its row. */
  async function enqueueIds(event: VerifiedEvent, { id, duplicate }: Appended): Promise<Recorded> {
    crashPoint('after_append')
    const { provider, eventId, type } = event
    if (!duplicate && queueCircuit.worthTrying()) await enqueue({ provider, eventId, type, id })
    return { duplicate }
  }

  /** Null when Postgres did not take the event. */
  async function append(event: VerifiedEvent): Promise<Appended | null> {
    const append = () => withDeadline(inbox.append(event).catch(refusalOf), STORE_DEADLINE_MS, 'The inbox')
    const outcome = await inboxCircuit.watch(inSpan('append to inbox', {}, append)).catch((error: unknown) => {
      throttledLog.error('Could not append event to Postgres', { reason: reasonOf(error) })
      return null
    })
    if (outcome instanceof RefusalError) throw outcome
    return outcome
  }

  async function enqueue(job: EventJob): Promise<boolean> {
    try {
      await queueCircuit.watch(inSpan('add to queue', {}, () => producer.enqueue(job)))
      crashPoint('after_enqueue')
      return true
    } catch (error) {
      throttledLog.error('Could not enqueue job in Redis', { reason: reasonOf(error) })
      return false
    }
  }

  return record
}

/** A row that is refused is an answer of Postgres, and no reason to leave it alone: it passes the circuit as a value. */
function refusalOf(error: unknown): RefusalError {
  if (error instanceof RowRefusedError) return new RefusalError('invalid_payload', 'refused_by_store')
  throw error
}
