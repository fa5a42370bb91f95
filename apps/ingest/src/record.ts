import { type Appended, RowRefusedError } from '@sluice/database/append'
import { RefusalError, type VerifiedEvent } from '@sluice/events'
import type { EventJob } from '@sluice/queue'
import { crashPoint } from '@sluice/runtime/crash-point'
import { withDeadline } from '@sluice/runtime/deadline'
import { reasonOf, throttledLogger } from '@sluice/runtime/logger'
import { inSpan } from '@sluice/runtime/tracing'
import { createCircuit } from './circuit.ts'
import type { Ingest } from './context.ts'

/** Together with the queue's deadline, ensures an answer within two seconds, whichever store is down. */
const STORE_DEADLINE_MS = 850

export interface Recorded {
  /** Whether the event was recorded before. Also false when Postgres is unavailable. */
  duplicate: boolean
}

/**
 * Creates the function that stores verified events durably: in the inbox and, by id, on the queue. During a Postgres
 * outage the queue takes the whole event. During a Redis outage the sweeper later enqueues the inbox row.
 *
 * The function throws a RefusalError: `unavailable` when neither store accepted the event, `invalid_payload` when
 * Postgres rejected its row.
 */
export function createRecorder({
  inbox,
  producer,
  signer,
  logger,
}: Omit<Ingest, 'settings' | 'deliveries' | 'verified'>) {
  const inboxCircuit = createCircuit()
  const queueCircuit = createCircuit()
  const throttledLog = throttledLogger(logger)

  async function record(event: VerifiedEvent): Promise<Recorded> {
    const inboxFirst = inboxCircuit.worthTrying()
    const appended = inboxFirst ? await append(event) : null
    if (appended) return enqueueIds(event, appended)
    if (await enqueueEvent(event)) return { duplicate: false }
    const appendedLate = inboxFirst ? null : await append(event)
    if (appendedLate) return { duplicate: appendedLate.duplicate }
    throw new RefusalError('unavailable', 'no_store')
  }

  /** A duplicate already has its job, or the sweeper will find its row. */
  async function enqueueIds(event: VerifiedEvent, { id, duplicate }: Appended): Promise<Recorded> {
    crashPoint('after_append')
    const { provider, eventId, type } = event
    if (!duplicate && queueCircuit.worthTrying()) await enqueue({ provider, eventId, type, id })
    return { duplicate }
  }

  /** Null when Postgres is unavailable. */
  async function append(event: VerifiedEvent): Promise<Appended | null> {
    const append = () => withDeadline(inbox.append(event).catch(refusalOf), STORE_DEADLINE_MS, 'The inbox')
    const outcome = await inboxCircuit.watch(inSpan('append to inbox', {}, append)).catch((error: unknown) => {
      throttledLog.error('Could not append event to Postgres', { reason: reasonOf(error) })
      return null
    })
    if (outcome instanceof RefusalError) throw outcome
    return outcome
  }

  async function enqueueEvent(event: VerifiedEvent): Promise<boolean> {
    const { provider, eventId, type } = event
    if (await producer.hasRoomFor(event.rawBody.length))
      return enqueue({ provider, eventId, type, event, signature: signer.sign(event) })
    throttledLog.error('No room for event in Redis', { reason: 'memory is nearly full, or Redis does not answer' })
    return false
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

/**
 * Returns the refusal as a value, because a rejected row shows that Postgres works and must not open the circuit
 * breaker.
 */
function refusalOf(error: unknown): RefusalError {
  if (error instanceof RowRefusedError) return new RefusalError('invalid_payload', 'refused_by_store')
  throw error
}
