import { expect, test } from '@jest/globals'
import { EventError } from '@sluice/events'
import { messageOf } from '../../src/commit/error-message.ts'

test.each<[string, unknown, unknown]>([
  ['a failure of our own in its words', new EventError('invalid_object', 'no invoice'), 'no invoice'],
  [
    'another by its name and place',
    new TypeError('of a@example.com'),
    expect.stringMatching(/^TypeError at error-message\.test\.ts:\d+$/),
  ],
  ['a place only from its frames', withStack('x\n    at secret.js:1:1', []), 'Error'],
  ['none where its message was changed', Object.assign(withStack('one', ['at a.js:1:1']), { message: 'two' }), 'Error'],
  [
    'none where no file has a name',
    withStack('', ['at JSON.parse (<anonymous>)', 'at node:internal/util:1:2']),
    'Error',
  ],
  [
    'the first file that has one',
    withStack('', ['at JSON.parse (<anonymous>)', 'at f (file:///a/b.js:3:4)']),
    'Error at b.js:3',
  ],
  ['what is no error', 'a@example.com', 'something that is no Error was thrown'],
])('tells %s', (_what, thrown, told) => {
  expect(messageOf(thrown)).toEqual(told)
})

function withStack(message: string, frames: string[]): Error {
  const error = new Error(message)
  error.stack = [message ? `Error: ${message}` : 'Error', ...frames.map((frame) => `    ${frame}`), ''].join('\n')
  return error
}
