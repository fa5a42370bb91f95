import { describe, expect, test } from '@jest/globals'
import { SluiceError } from '@sluice/events'
import { type ErrorKind, kindOf, OutageError, sqlState } from '../../src/sql/error-kind.ts'

class FileError extends SluiceError {
  override readonly name = 'FileError'
}

const withCode = (code: string, more: object = {}) => Object.assign(new Error('x'), { code, ...more })

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
test.each<[string, string, ErrorKind]>([
  ['40P01', 'a deadlock', 'conflict'],
  ['40001', 'a serialization failure', 'conflict'],
  ['55P03', 'a lock that was not available', 'conflict'],
  ['57014', 'a statement that took too long', 'conflict'],
  ['22003', 'a number out of range', 'row'],
  ['22P02', 'text that is no number', 'row'],
  ['23505', 'a key that exists already', 'row'],
  ['23514', 'a constraint', 'row'],
  ['54000', 'a row that is too large', 'row'],
  ['08006', 'a connection that broke', 'outage'],
  ['0A000', 'a feature that is not supported', 'outage'],
  ['25006', 'a standby, which only reads', 'outage'],
  ['26000', 'a prepared statement that does not exist', 'outage'],
  ['28P01', 'a wrong password', 'outage'],
  ['3D000', 'a database that does not exist', 'outage'],
  ['42501', 'a right that is missing', 'outage'],
  ['42P01', 'a table that does not exist', 'outage'],
  ['42P05', 'a prepared statement that exists already', 'outage'],
  ['53100', 'a full disk', 'outage'],
  ['53300', 'too many connections', 'outage'],
  ['55000', 'a database that takes no connections', 'outage'],
  ['57P01', 'a shutdown', 'outage'],
  ['58030', 'an input or output error', 'outage'],
  ['P0001', 'an exception of a function', 'outage'],
  ['XX001', 'corrupted data', 'outage'],
])('%s, %s, is of kind %s', (code, _what, kind) => {
  expect(kindOf(withCode(code))).toBe(kind)
})

describe('an error without SQLSTATE', () => {
  test.each<[string, unknown]>([
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a closed pipe, whose code has five characters as well', withCode('EPIPE')],
    ['a name that has no address for now', withCode('EAI_AGAIN')],
    ['a socket file that is missing', withCode('ENOENT', { syscall: 'connect' })],
    ['a certificate that nobody we know signed', withCode('SELF_SIGNED_CERT_IN_CHAIN')],
    ['our own word for it', new OutageError('x')],
  ])('is an outage when it is %s', (_what, error) => {
    expect(sqlState(error)).toBeUndefined()
    expect(kindOf(error)).toBe('outage')
  })

  test.each<[string, unknown]>([
    ['a TypeError', new TypeError('x is not a function')],
    ['a RangeError', new RangeError('Maximum call stack size exceeded')],
    ['an error that only mentions a connection', new Error('no Connection terminated')],
    ['a file that is missing', withCode('ENOENT', { syscall: 'open' })],
    ['a code of another sort', withCode('ERR_INVALID_ARG_TYPE')],
    ['a code that is a number', { code: 23505 }],
    ['our own error about another server', new FileError('ETIMEDOUT')],
    ['our own error about a certificate of another server', new FileError('CERT_HAS_EXPIRED')],
    ['text', 'ECONNREFUSED'],
    ['nothing', null],
  ])('is a bug when it is %s', (_what, error) => {
    expect(sqlState(error)).toBeUndefined()
    expect(kindOf(error)).toBe('bug')
  })
})

test.each([
  ['the SQLSTATE', withCode('57P01'), '57P01'],
  ['the errno', withCode('ECONNRESET'), 'ECONNRESET'],
  ['a word for what the driver said', new Error('Connection terminated unexpectedly'), 'connection_terminated'],
  ['nothing more exact', undefined, 'outage'],
])('an outage is called by %s', (_what, cause, code) => {
  expect(new OutageError('x', { cause }).code).toBe(code)
})
