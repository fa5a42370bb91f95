import { expect, test } from '@jest/globals'
import { kindOf } from '@sluice/database/sql'
import { s3ErrorOf } from '../../../src/outbound/store/s3-error.ts'

/** As the SDK throws it. Within Jest it would wrap the error, and hide its code. */
const thrown = (code: string) => Object.assign(new Error('x'), { code, $metadata: { attempts: 1 } })

const answered = (status: number, name = 'Unknown', headers = {}) => ({
  name,
  $metadata: { httpStatusCode: status },
  $response: { headers },
})

test.each(['EPROTO', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
  'a request that fails with %s is a wrong setting, and no outage of Postgres',
  (code) => {
    const error = s3ErrorOf(thrown(code))
    expect(error).toMatchObject({ name: 'ConfigurationError', code: `s3_${code}` })
    expect((error as Error).message).toContain('S3_ENDPOINT')
    expect(kindOf(error)).toBe('bug')
  },
)

test.each<[string, unknown, string]>([
  ['ECONNREFUSED', thrown('ECONNREFUSED'), 'unreachable'],
  ['ETIMEDOUT', { name: 'TimeoutError' }, 'unreachable'],
  ['EMFILE', thrown('EMFILE'), 'busy'],
  ['s3_500', answered(500), 'unavailable'],
  ['s3_503', answered(503), 'unavailable'],
  ['s3_SlowDown', answered(503, 'SlowDown'), 'rate_limited'],
  ['s3_429', answered(429), 'rate_limited'],
  ['s3_401', answered(401), 'access_denied'],
  ['s3_403', answered(403, 'InvalidAccessKeyId'), 'access_denied'],
  ['s3_CredentialsProviderError', { name: 'CredentialsProviderError' }, 'access_denied'],
  ['s3_RequestTimeTooSkewed', answered(403, 'RequestTimeTooSkewed'), 'clock_or_token'],
  ['s3_ExpiredToken', answered(400, 'ExpiredToken'), 'clock_or_token'],
  ['s3_507', answered(507), 'no_space'],
])('%s is waited for', (code, error, cause) => {
  expect(s3ErrorOf(error)).toMatchObject({ name: 'UnreachableError', code, wait: { cause } })
})

test('a store that says how long to wait is asked no sooner', () => {
  const error = answered(503, 'SlowDown', { 'retry-after': '90' })
  expect(s3ErrorOf(error)).toMatchObject({ wait: { retryAfterMs: 90_000 } })
})

test.each([301, 404, 405, 501])('an answer of %d is a wrong setting', (status) => {
  expect(s3ErrorOf(answered(status))).toMatchObject({ name: 'ConfigurationError', code: `s3_${status}` })
})

test.each([400, 411, 413])('an answer of %d uses an attempt', (status) => {
  expect(s3ErrorOf(answered(status))).toMatchObject({ name: 'ObjectStoreError', code: `s3_${status}` })
})

test('an error without a code stays as it is', () => {
  const error = new Error('x')
  expect(s3ErrorOf(error)).toBe(error)
})
