import { ConfigurationError, tlsErrorOf } from '../configuration-error.ts'
import { waitCauseOf } from '../http-status.ts'
import { retryAfterMs } from '../retry-after.ts'
import { UnreachableError, type WaitCause, waitForErrno } from '../unreachable.ts'
import { ObjectStoreError } from './object-store.ts'

/**
 * Codes of S3 that say more than their status:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
const CAUSES = new Map<string, WaitCause>([
  ['SlowDown', 'rate_limited'],
  ['TooManyRequestsException', 'rate_limited'],
  ['RequestLimitExceeded', 'rate_limited'],
  ['ThrottlingException', 'rate_limited'],
  ['RequestTimeout', 'unavailable'],
  ['OperationAborted', 'unavailable'],
  ['ConditionalRequestConflict', 'unavailable'],
  ['RequestTimeTooSkewed', 'clock_or_token'],
  ['RequestExpired', 'clock_or_token'],
  ['ExpiredToken', 'clock_or_token'],
  ['ExpiredTokenException', 'clock_or_token'],
  ['TokenRefreshRequired', 'clock_or_token'],
  ['InvalidToken', 'access_denied'],
  ['CredentialsProviderError', 'access_denied'],
  ['QuotaExceeded', 'no_space'],
  ['XMinioStorageFull', 'no_space'],
])

/** Statuses by which a store says that its address or its abilities are not what `ASSET_STORE` and `S3_ENDPOINT` say. */
const WRONG_SETTING = new Set([301, 307, 308, 404, 405, 501, 505])

const CHECK_STORE = 'the store cannot do this: are ASSET_STORE, S3_ENDPOINT and AWS_REGION correct?'

/** The error of a request to S3 as an effect reports it. A login that is refused waits until somebody mends it. */
export function s3ErrorOf(error: unknown): unknown {
  const { name, code } = error as { name?: unknown; code?: unknown }
  const status = statusOf(error)
  const cause = CAUSES.get(String(name))
  if (cause) return new UnreachableError(`s3_${name}`, { cause, retryAfterMs: askedToWait(error) })
  if (status !== undefined) return errorOfStatus(status, askedToWait(error))
  if (name === 'TimeoutError') return new UnreachableError('ETIMEDOUT')
  // Unwrapped, the code of a failed handshake would look like that of a connection to Postgres.
  const known = waitForErrno(error) ?? tlsErrorOf(code, 's3', 'S3_ENDPOINT')
  return known ?? (typeof code === 'string' ? new ObjectStoreError(code) : error)
}

function errorOfStatus(status: number, retryMs: number | undefined): Error {
  const code = `s3_${status}`
  const cause = status === 401 || status === 403 ? 'access_denied' : waitCauseOf(status)
  if (cause) return new UnreachableError(code, { cause, retryAfterMs: retryMs })
  return WRONG_SETTING.has(status) ? new ConfigurationError(code, CHECK_STORE) : new ObjectStoreError(code)
}

/** The HTTP status of the answer; undefined if there was none. */
export function statusOf(error: unknown): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}

function askedToWait(error: unknown): number | undefined {
  const { $response } = error as { $response?: { headers?: Record<string, string> } }
  return retryAfterMs($response?.headers?.['retry-after'] ?? null)
}
