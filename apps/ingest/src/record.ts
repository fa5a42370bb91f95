import { type Appended, OutageError } from '@sluice/database/append'
import { RefusalError, type VerifiedEvent } from '@sluice/events'
import type { EventJob } from '@sluice/queue'
import { DeadlineError, inSpan, reasonOf, throttledLogger, withDeadline } from '@sluice/runtime'
import { crashPoint } from '@sluice/runtime/crash-point'
import { createCircuit } from './circuit.ts'
import type { Ingest } from './ingest.ts'

/** With the queue's, which is its own, below the two seconds in which a sender has its answer, whatever is down. */
const STORE_DEADLINE_MS = 850

export interface Recorded {
  /** Recorded before, as far as the inbox could be asked. */
  duplicate: boolean
}

/**
 * Puts verified events where they cannot be lost: into the inbox and, by id, on the queue. While the inbox is away the
 * whole event goes on the queue; while the queue is away the sweeper finds the row.
 * The function it makes throws RefusalError `unavailable` when neither store took the event, and `invalid_payload` when the
 * inbox would refuse it whenever it is asked.
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

  /** A duplicate has had its job, or its row is found by the sweeper. */
  async function enqueueIds(event: VerifiedEvent, { id, duplicate }: Appended): Promise<Recorded> {
    crashPoint('after_append')
    const { provider, eventId, type } = event
    if (!duplicate && queueCircuit.worthTrying()) await enqueue({ provider, eventId, type, id })
    return { duplicate }
  }

  /** Null when the inbox is away. */
  async function append(event: VerifiedEvent): Promise<Appended | null> {
    try {
      const append = () => withDeadline(inbox.append(event).catch(rowRefused), STORE_DEADLINE_MS, 'The inbox')
      return await inboxCircuit.watch(inSpan('append to inbox', {}, append)).then(unlessRefused)
    } catch (error) {
      if (error instanceof RefusalError) throw error
      throttledLog.error('Postgres did not take an event', { reason: reasonOf(error) })
      return null
    }
  }

  async function enqueue(job: EventJob): Promise<boolean> {
    try {
      await queueCircuit.watch(inSpan('add to queue', {}, () => producer.enqueue(job)))
      crashPoint('after_enqueue')
      return true
    } catch (error) {
      throttledLog.error('Redis did not take a job', { reason: reasonOf(error) })
      return false
    }
  }

  return record
}

/** A store that refuses one row is not away: the answer is about the event. */
function rowRefused(error: unknown): RefusalError {
  if (error instanceof OutageError || error instanceof DeadlineError) throw error
  return new RefusalError('invalid_payload', 'refused_by_store')
}

function unlessRefused<T>(outcome: T | RefusalError): T {
  if (outcome instanceof RefusalError) throw outcome
  return outcome
}
