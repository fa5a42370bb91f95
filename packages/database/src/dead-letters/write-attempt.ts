import type { TransactionClient } from '../client.ts'
import { type Cause, fingerprintOf } from './cause.ts'

/** How a failed attempt went. */
export interface AttemptRun {
  /** From the start of the job to its failure, in milliseconds. */
  tookMs?: number
  traceId?: string | undefined
}

interface Attempt extends AttemptRun {
  /** Id of the event's row. */
  event?: string
  /** Id of the effect. */
  effect?: string
  provider?: string
  /** Type of the event, or kind of the effect. */
  type: string
  number: number
  /** Whether it made a dead letter. */
  isLast: boolean
  cause: Cause
}

/** Records a failed attempt. The texts of causes quote no input. */
export const writeAttempt = (tx: TransactionClient, attempt: Attempt) => {
  const {
    event = null,
    effect = null,
    provider = null,
    type,
    number,
    isLast,
    cause,
    tookMs = 0,
    traceId = null,
  } = attempt
  return tx.$executeRaw`
    INSERT INTO webhook_attempts
      (event_row, outbox_message_id, provider, type, n, is_last, code, message, fingerprint, trace_id, started_at)
    VALUES (${event}::bigint, ${effect}::uuid, ${provider}, ${type}, ${number}, ${isLast}, ${cause.code},
      ${cause.message}, ${fingerprintOf(type, cause)}, ${traceId}, now() - ${tookMs}::float8 * interval '1 ms')`
}
