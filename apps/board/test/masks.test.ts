import { describe, expect, test } from '@jest/globals'
import { maskData, maskErrors, withoutPaths } from '../src/bull-board/masks.ts'

describe('job data as operators see it', () => {
  test('has its ids, names and numbers', () => {
    const data = { provider: 'stripe', eventId: 'evt_1', outages: 3, test: false, none: null, unset: undefined }
    expect(maskData(data)).toEqual(data)
  })

  test('says of an event that rides in it only how long its body is', () => {
    const rawBody = Buffer.from('{"name":"Zoë"}').toString('base64')
    expect(maskData({ eventId: 'evt_1', event: { rawBody, type: 'x' } })).toEqual({
      eventId: 'evt_1',
      event: '(15 bytes, hidden)',
    })
  })

  test('says of any other object, and of a text longer than a name, only how long it is', () => {
    expect(maskData({ list: ['a'], body: 'x'.repeat(256), name: 'x'.repeat(255) })).toEqual({
      list: '(5 bytes, hidden)',
      body: '(258 bytes, hidden)',
      name: 'x'.repeat(255),
    })
  })

  test('may be no object, and is masked as well', () => {
    expect([maskData(null), maskData('evt_1'), maskData('x'.repeat(300))]).toEqual([
      null,
      'evt_1',
      '(302 bytes, hidden)',
    ])
  })
})

test.each([
  ['at run (file:///srv/app/dist/run.js:3:9)', 'at run (run.js:3:9)'],
  ['at /srv/app/dist/run.js:3:9', 'at run.js:3:9'],
  ['at C:\\app\\dist\\run.js:3:9', 'at run.js:3:9'],
  ['at node:internal/process/queues:5:1', 'at node:internal/process/queues:5:1'],
  ['answered 404 at https://example.com/path', 'answered 404 at https://example.com/path'],
])('"%s" is shown as "%s"', (text, shown) => {
  expect(withoutPaths(text)).toBe(shown)
})

test('no text of an answer tells where files are, however deep it is', () => {
  const stacktrace = ['Error: x\n    at /srv/app/run.js:3:9', 'at /srv/app/on.js:1:1']
  const answer = { jobs: [{ id: '1', attempts: 2, failedReason: null, stacktrace }], total: 1 }
  expect(maskErrors(answer)).toEqual({
    jobs: [{ id: '1', attempts: 2, failedReason: null, stacktrace: ['Error: x\n    at run.js:3:9', 'at on.js:1:1'] }],
    total: 1,
  })
})
