import { expect, test } from '@jest/globals'
import { errorsIn, placeOf } from '../src/index.ts'

test.each<[string, unknown, unknown]>([
  [
    'by its class, file and line',
    new TypeError('of a@example.com'),
    expect.stringMatching(/^TypeError at thrown\.test\.ts:\d+$/),
  ],
  [
    'with its code',
    Object.assign(new Error('/home/a@example.com'), { code: 'ENOENT' }),
    expect.stringMatching(/^Error ENOENT at thrown\.test\.ts:\d+$/),
  ],
  ['without a code that is a sentence', Object.assign(withStack('x', []), { code: 'of a@example.com' }), 'Error'],
  ['by a place only from its frames', withStack('x\n    at secret.js:1:1', []), 'Error'],
  [
    'by no place where its message was changed',
    Object.assign(withStack('one', ['at a.js:1:1']), { message: 'two' }),
    'Error',
  ],
  [
    'by no place where no file has a name',
    withStack('', ['at JSON.parse (<anonymous>)', 'at node:internal/util:1:2']),
    'Error',
  ],
  [
    'by the first file that has a name',
    withStack('', ['at JSON.parse (<anonymous>)', 'at f (file:///a/b.js:3:4)']),
    'Error at b.js:3',
  ],
  ['when it is none', 'a@example.com', 'a value that is not an Error was thrown'],
])('an error is named %s', (_how, thrown, named) => {
  expect(placeOf(thrown)).toEqual(named)
})

test('the causes of an error are found to the innermost, also when it is its own', () => {
  const inner = new TypeError('inner')
  const outer = new Error('outer', { cause: new Error('middle', { cause: inner }) })
  expect(errorsIn(outer).at(-1)).toBe(inner)
  const circular = new Error('circular')
  circular.cause = circular
  expect(errorsIn(circular).at(-1)).toBe(circular)
  expect(errorsIn('no error')).toEqual([])
})

function withStack(message: string, frames: string[]): Error {
  const error = new Error(message)
  error.stack = [message ? `Error: ${message}` : 'Error', ...frames.map((frame) => `    ${frame}`), ''].join('\n')
  return error
}
