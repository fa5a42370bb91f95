import { connectionCode, UnreachableError } from '../unreachable.ts'
import { ObjectStoreError } from './object-store.ts'

/** The error of a request to S3 as an effect reports it. */
export function s3ErrorOf(error: unknown): unknown {
  const status = statusOf(error)
  // Status 500 and above means temporarily unavailable:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  if (status !== undefined)
    return status >= 500 ? new UnreachableError(`s3_${status}`) : new ObjectStoreError(`s3_${status}`)
  const unreachable = connectionCode(error)
  if (unreachable !== undefined) return new UnreachableError(unreachable)
  const { name, code } = error as { name?: unknown; code?: unknown }
  if (name === 'TimeoutError') return new UnreachableError('ETIMEDOUT')
  // Waiting mends no handshake. Unwrapped, its code would look like that of a connection to Postgres.
  return typeof code === 'string' ? new ObjectStoreError(code) : error
}

/** The HTTP status of the answer; undefined if there was none. */
export function statusOf(error: unknown): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}
