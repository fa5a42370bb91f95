import { expect, test } from '@jest/globals'
import { waitForErrno } from '../../src/outbound/unreachable.ts'

test.each([
  ['ECONNREFUSED', 'unreachable'],
  ['EAI_AGAIN', 'unreachable'],
  ['ENOSPC', 'no_space'],
  ['EDQUOT', 'no_space'],
  ['EROFS', 'read_only'],
  ['EACCES', 'access_denied'],
  ['EMFILE', 'busy'],
  ['EIO', 'unavailable'],
])('%s is waited for: %s', (code, cause) => {
  expect(waitForErrno(Object.assign(new Error('x'), { code }))).toMatchObject({ code, wait: { cause } })
})

test.each(['ENOTDIR', 'ENAMETOOLONG', 'ERR_SSL_WRONG_VERSION_NUMBER', undefined])('%s is not', (code) => {
  expect(waitForErrno(Object.assign(new Error('x'), { code }))).toBeUndefined()
})
