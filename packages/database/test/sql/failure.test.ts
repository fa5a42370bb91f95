import { expect, test } from '@jest/globals'
import { type FailureKind, kindOf, OutageError, sqlState } from '../../src/sql/failure.ts'

test.each<[string, string, FailureKind]>([
  ['40P01', 'a deadlock', 'conflict'],
  ['40001', 'a serialization failure', 'conflict'],
  ['55P03', 'a lock that was not available', 'conflict'],
  ['57014', 'a statement that took too long', 'conflict'],
  ['08006', 'a connection that broke', 'outage'],
  ['53300', 'too many connections', 'outage'],
  ['57P01', 'a shutdown', 'outage'],
  ['28P01', 'a wrong password', 'outage'],
  ['42P01', 'a table that is not there', 'outage'],
  ['42501', 'a right that is not there', 'outage'],
  ['25006', 'a standby, which only reads', 'outage'],
  ['23505', 'a key that is there already', 'data'],
  ['23514', 'a constraint', 'data'],
  ['22P02', 'text that is no number', 'data'],
])('%s, %s, is a failure of kind %s', (code, _what, kind) => {
  expect(kindOf(Object.assign(new Error('x'), { code }))).toBe(kind)
})

test.each([
  ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
  ['a closed pipe, whose code has five characters as well', Object.assign(new Error('x'), { code: 'EPIPE' })],
  ['a code that is a number', { code: 23505 }],
  ['an error without a code', new OutageError('x')],
  ['nothing', null],
])('%s has no SQLSTATE, and is an outage', (_what, error) => {
  expect(sqlState(error)).toBeUndefined()
  expect(kindOf(error)).toBe('outage')
})
