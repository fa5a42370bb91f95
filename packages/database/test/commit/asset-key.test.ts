import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { assetKeyOf } from '../../src/commit/asset-key.ts'

test('the place of a file shows its job, where the id is a plain one', () => {
  expect(assetKeyOf('job_1', '/0')).toMatch(/^job_1\/[0-9a-f]{32}$/)
})

test('it never leads elsewhere, and is another for every job and pointer', () => {
  const filesByKey = new Map<string, string>()
  const odd = fc.constantFrom(
    '..',
    '.',
    '',
    '/',
    '../../etc',
    'a/b',
    'a\\b',
    'C:',
    'job\u0000',
    '.partial',
    'é',
    '\ud800',
  )
  fc.assert(
    fc.property(fc.oneof(odd, fc.string()), fc.string(), (jobId, pointer) => {
      const key = assetKeyOf(jobId, pointer)
      expect(key).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\/[0-9a-f]{32}$/)
      const file = JSON.stringify([jobId, pointer])
      expect(filesByKey.get(key) ?? file).toBe(file)
      filesByKey.set(key, file)
    }),
  )
})
