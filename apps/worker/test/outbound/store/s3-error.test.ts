import { expect, test } from '@jest/globals'
import { kindOf } from '@sluice/database/sql'
import { s3ErrorOf } from '../../../src/outbound/store/s3-error.ts'

/** As the SDK throws it. Within Jest it would wrap the error, and hide its code. */
const thrown = (code: string) => Object.assign(new Error('x'), { code, $metadata: { attempts: 1 } })

test.each(['EPROTO', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'EMFILE'])(
  'a request that fails with %s uses an attempt, and is no outage of Postgres',
  (code) => {
    const error = s3ErrorOf(thrown(code))
    expect(error).toMatchObject({ name: 'ObjectStoreError', code })
    expect(kindOf(error)).toBe('bug')
  },
)

test('a server that does not answer is waited for', () => {
  expect(s3ErrorOf(thrown('ECONNREFUSED'))).toMatchObject({ name: 'UnreachableError', code: 'ECONNREFUSED' })
  expect(s3ErrorOf({ name: 'TimeoutError' })).toMatchObject({ name: 'UnreachableError', code: 'ETIMEDOUT' })
  expect(s3ErrorOf({ $metadata: { httpStatusCode: 503 } })).toMatchObject({ name: 'UnreachableError', code: 's3_503' })
})

test('an error without a code stays as it is', () => {
  const error = new Error('x')
  expect(s3ErrorOf(error)).toBe(error)
})
